"""Clinics, patients, visits, the waitlist, offers, conversations, due work, audit and staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A range of ids compares them by GiST, so that no contrib extension is needed for the exclusions below.
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    op.create_table(
        "clinic",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("schedule_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("slug", name=op.f("uq_clinic_slug")),
    )
    op.create_table(
        "appointment_type",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("lead_time_hours", sa.Integer(), nullable=False),
        sa.Column("new_patients_only", sa.Boolean(), nullable=False),
        sa.Column("late_fee_cents", sa.Integer(), nullable=False),
        sa.Column("no_show_fee_cents", sa.Integer(), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=True),
        sa.Column("give_up_minutes", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_appointment_type_minutes_positive")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_appointment_type_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_type")),
        sa.UniqueConstraint(
            "clinic_id", "external_id", name=op.f("uq_appointment_type_clinic_id_external_id")
        ),
    )
    op.create_index(op.f("ix_appointment_type_clinic_id"), "appointment_type", ["clinic_id"], unique=False)
    op.create_table(
        "contact_point",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier_blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("start_hint_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_number_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undeliverable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_contact_point_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("clinic_id", "address", name=op.f("uq_contact_point_clinic_id_address")),
    )
    op.create_index(op.f("ix_contact_point_clinic_id"), "contact_point", ["clinic_id"], unique=False)
    op.create_table(
        "due_work",
        sa.Column(
            "kind",
            sa.Enum(
                "opening",
                "hand_back",
                "alert",
                "settle",
                "unread",
                name="duekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_due_work_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_work")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_due_work_kind_subject_id")),
    )
    op.create_index(op.f("ix_due_work_clinic_id"), "due_work", ["clinic_id"], unique=False)
    op.create_index(
        "ix_due_work_due", "due_work", ["due_at"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "location",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_location_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_location_clinic_id_name")),
    )
    op.create_index(op.f("ix_location_clinic_id"), "location", ["clinic_id"], unique=False)
    op.create_table(
        "patient",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("insurance", sa.Text(), nullable=True),
        sa.Column("new_patient", sa.Boolean(), nullable=False),
        sa.Column("no_text", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("clinic_id", "external_id", name=op.f("uq_patient_clinic_id_external_id")),
    )
    op.create_index(op.f("ix_patient_clinic_id"), "patient", ["clinic_id"], unique=False)
    op.create_table(
        "sender",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "long_code",
                "toll_free",
                "short_code",
                "whatsapp",
                name="senderkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rate_per_second", sa.Double(), nullable=False),
        sa.Column("daily_segments", sa.Integer(), nullable=True),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_sender_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("address", name=op.f("uq_sender_address")),
    )
    op.create_index(op.f("ix_sender_clinic_id"), "sender", ["clinic_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "front_desk",
                "clinical_staff",
                "doctor",
                "treatment_coordinator",
                "billing",
                "marketing",
                "supervisor",
                "clinic_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("on_call", sa.Boolean(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_staff_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_index(op.f("ix_staff_clinic_id"), "staff", ["clinic_id"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "bot",
                "patient",
                "staff",
                "carrier",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_audit_event_clinic_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_clinic_id"), "audit_event", ["clinic_id"], unique=False)
    op.create_index("ix_audit_event_clinic_id_at", "audit_event", ["clinic_id", "at"], unique=False)
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "care_text",
                "marketing_text",
                "voice",
                "email",
                name="consentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "intake",
                "import",
                "text",
                "carrier",
                "staff",
                name="consentsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_consent_clinic_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_consent_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_clinic_id"), "consent", ["clinic_id"], unique=False)
    op.create_index(
        "uq_consent_current",
        "consent",
        ["patient_id", "contact_point_id", "kind"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "conversation",
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "holder",
            sa.Enum("bot", "person", name="holder", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("staff_acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("stop_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("one_moment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_conversation_clinic_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_conversation_sender_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_conversation_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("sender_id", "address", name=op.f("uq_conversation_sender_id_address")),
    )
    op.create_index(op.f("ix_conversation_clinic_id"), "conversation", ["clinic_id"], unique=False)
    op.create_table(
        "patient_contact",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_contact_clinic_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_patient_contact_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_contact_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contact")),
        sa.UniqueConstraint(
            "patient_id", "contact_point_id", name=op.f("uq_patient_contact_patient_id_contact_point_id")
        ),
    )
    op.create_index(op.f("ix_patient_contact_clinic_id"), "patient_contact", ["clinic_id"], unique=False)
    op.create_index(
        op.f("ix_patient_contact_contact_point_id"), "patient_contact", ["contact_point_id"], unique=False
    )
    op.create_table(
        "policy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_policy_clinic_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_policy_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("clinic_id", "version", name=op.f("uq_policy_clinic_id_version")),
    )
    op.create_index(op.f("ix_policy_clinic_id"), "policy", ["clinic_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_room_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_room_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_room_clinic_id_name")),
    )
    op.create_index(op.f("ix_room_clinic_id"), "room", ["clinic_id"], unique=False)
    op.create_table(
        "provider",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("insurance_accepted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_provider_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_provider_location_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_provider_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("clinic_id", "external_id", name=op.f("uq_provider_clinic_id_external_id")),
    )
    op.create_index(op.f("ix_provider_clinic_id"), "provider", ["clinic_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "booked",
                "confirmed",
                "arrived",
                "completed",
                "no_show",
                "cancelled",
                name="appointmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(provider_id, provider_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text(
                "state IN ('booked', 'confirmed', 'arrived', 'completed') AND provider_id IS NOT NULL"
            ),
            using="gist",
            name="ex_appointment_provider",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(room_id, room_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('booked', 'confirmed', 'arrived', 'completed') AND room_id IS NOT NULL"),
            using="gist",
            name="ex_appointment_room",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_starts_before_ends")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_appointment_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_appointment_location_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_appointment_provider_id")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["appointment.id"], name=op.f("fk_appointment_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_appointment_room_id")),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name=op.f("fk_appointment_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("clinic_id", "external_id", name=op.f("uq_appointment_clinic_id_external_id")),
    )
    op.create_index(op.f("ix_appointment_clinic_id"), "appointment", ["clinic_id"], unique=False)
    op.create_index(
        "ix_appointment_clinic_id_starts_at", "appointment", ["clinic_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_appointment_patient_id_starts_at", "appointment", ["patient_id", "starts_at"], unique=False
    )
    op.create_table(
        "availability",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("until_time", sa.Time(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(weekday IS NULL) <> (on_date IS NULL)", name=op.f("ck_availability_weekday_or_date")
        ),
        sa.CheckConstraint("from_time < until_time", name=op.f("ck_availability_from_before_until")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday_range")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_availability_clinic_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_availability_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
    )
    op.create_index(op.f("ix_availability_clinic_id"), "availability", ["clinic_id"], unique=False)
    op.create_index(
        "ix_availability_provider_id_weekday", "availability", ["provider_id", "weekday"], unique=False
    )
    op.create_table(
        "time_off",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_time_off_starts_before_ends")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_time_off_clinic_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_time_off_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(op.f("ix_time_off_clinic_id"), "time_off", ["clinic_id"], unique=False)
    op.create_index(
        "ix_time_off_provider_id_starts_at", "time_off", ["provider_id", "starts_at"], unique=False
    )
    op.create_table(
        "type_provider",
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_type_provider_clinic_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_type_provider_provider_id")),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name=op.f("fk_type_provider_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_provider")),
        sa.UniqueConstraint("type_id", "provider_id", name=op.f("uq_type_provider_type_id_provider_id")),
    )
    op.create_index(op.f("ix_type_provider_clinic_id"), "type_provider", ["clinic_id"], unique=False)
    op.create_table(
        "cancellation",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "by",
            sa.Enum(
                "patient",
                "staff",
                "system",
                "provider",
                name="cancelledby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("visit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_cancellation_appointment_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_cancellation_clinic_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_cancellation_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_cancellation_appointment_id")),
    )
    op.create_index(op.f("ix_cancellation_clinic_id"), "cancellation", ["clinic_id"], unique=False)
    op.create_table(
        "opening",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("type_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "freed_by",
            sa.Enum(
                "patient_cancel",
                "staff_cancel",
                "no_show",
                "reschedule",
                "cascade",
                "undo",
                "new_availability",
                "provider_back",
                "feed",
                "remainder",
                name="freedby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_appointment_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "offering",
                "filled",
                "expired",
                "withdrawn",
                name="openingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "filled_by",
            sa.Enum(
                "waitlist",
                "staff",
                "walk_in",
                name="filledby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(provider_id, provider_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('open', 'offering', 'expired') AND provider_id IS NOT NULL"),
            using="gist",
            name="ex_opening_provider",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_opening_starts_before_ends")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_opening_appointment_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_opening_clinic_id")),
        sa.ForeignKeyConstraint(
            ["from_appointment_id"], ["appointment.id"], name=op.f("fk_opening_from_appointment_id")
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_opening_location_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_opening_policy_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_opening_provider_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_opening_room_id")),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name=op.f("fk_opening_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_clinic_id"), "opening", ["clinic_id"], unique=False)
    op.create_index("ix_opening_clinic_id_state", "opening", ["clinic_id", "state"], unique=False)
    op.create_table(
        "task",
        sa.Column(
            "kind",
            sa.Enum(
                "maybe_cancel",
                "wrong_number",
                "enter_in_system",
                "call_patient",
                "look_at",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "done", name="taskstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_task_appointment_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_task_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_task_conversation_id")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_task_done_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_task_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_clinic_id"), "task", ["clinic_id"], unique=False)
    op.create_index("ix_task_clinic_id_state", "task", ["clinic_id", "state"], unique=False)
    op.create_table(
        "waitlist_entry",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "offered",
                "booked",
                "expired",
                "removed",
                "declined",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column(
            "priority",
            sa.Enum(
                "urgent",
                "high",
                "standard",
                "flexible",
                name="entrypriority",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "referral",
            sa.Enum(
                "urgent", "standard", name="referral", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("preferred_date", sa.Date(), nullable=True),
        sa.Column("weekdays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("times", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("excluded_weekdays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("excluded_times", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("preferred_provider_id", sa.Uuid(), nullable=True),
        sa.Column("requested_provider_id", sa.Uuid(), nullable=True),
        sa.Column("alternate_provider_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("only_provider", sa.Boolean(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("max_wait_days", sa.Integer(), nullable=True),
        sa.Column("boost_points", sa.Integer(), nullable=False),
        sa.Column("boost_reason", sa.Text(), nullable=False),
        sa.Column("auto_match", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("offers_made", sa.Integer(), nullable=False),
        sa.Column("offers_declined", sa.Integer(), nullable=False),
        sa.Column("offers_lapsed", sa.Integer(), nullable=False),
        sa.Column("unanswered_in_row", sa.Integer(), nullable=False),
        sa.Column("last_offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_score", sa.Double(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("boost_points BETWEEN 0 AND 40", name=op.f("ck_waitlist_entry_boost_range")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_waitlist_entry_clinic_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_waitlist_entry_location_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_waitlist_entry_patient_id")),
        sa.ForeignKeyConstraint(
            ["preferred_provider_id"], ["provider.id"], name=op.f("fk_waitlist_entry_preferred_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["appointment.id"], name=op.f("fk_waitlist_entry_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_provider_id"], ["provider.id"], name=op.f("fk_waitlist_entry_requested_provider_id")
        ),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name=op.f("fk_waitlist_entry_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index(op.f("ix_waitlist_entry_clinic_id"), "waitlist_entry", ["clinic_id"], unique=False)
    op.create_index(
        "ix_waitlist_entry_clinic_id_state_type_id",
        "waitlist_entry",
        ["clinic_id", "state", "type_id"],
        unique=False,
    )
    op.create_index(
        "uq_waitlist_entry_waiting",
        "waitlist_entry",
        ["patient_id", "type_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('active', 'offered')"),
    )
    op.create_table(
        "offer",
        sa.Column("opening_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "open",
                "lapsed",
                "accepted",
                "declined",
                "withdrawn",
                "lost",
                "undeliverable",
                name="offerstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_yes_too_late", sa.Boolean(), nullable=False),
        sa.Column("in_reply", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_offer_appointment_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_offer_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_offer_conversation_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["waitlist_entry.id"], name=op.f("fk_offer_entry_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_offer_opening_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_offer_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("opening_id", "entry_id", name=op.f("uq_offer_opening_id_entry_id")),
    )
    op.create_index(op.f("ix_offer_clinic_id"), "offer", ["clinic_id"], unique=False)
    op.create_index(op.f("ix_offer_conversation_id"), "offer", ["conversation_id"], unique=False)
    op.create_index("ix_offer_entry_id", "offer", ["entry_id"], unique=False)
    op.create_index("ix_offer_patient_id_made_at", "offer", ["patient_id", "made_at"], unique=False)
    op.create_table(
        "message",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("in", "out", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column(
            "inbound_state",
            sa.Enum(
                "unread",
                "done",
                "parked",
                "handed",
                name="inboundstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("media_count", sa.Integer(), nullable=False),
        sa.Column("opt_out_type", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_as", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "outbox_state",
            sa.Enum(
                "queued",
                "claimed",
                "unknown",
                "sent",
                "failed",
                "dropped",
                name="outboxstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "klass",
            sa.Enum(
                "alert",
                "reply",
                "offer",
                "reminder",
                "campaign",
                name="messageclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("phrase", sa.Text(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("about_offer_id", sa.Uuid(), nullable=True),
        sa.Column("about_appointment_id", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_found", sa.Integer(), nullable=False),
        sa.Column(
            "delivery_state",
            sa.Enum(
                "none",
                "accepted",
                "queued",
                "sending",
                "sent",
                "delivered",
                "undelivered",
                "failed",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("dropped_because", sa.Text(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(direction = 'in') = (inbound_state IS NOT NULL)", name=op.f("ck_message_inbound_has_state")
        ),
        sa.CheckConstraint(
            "(direction = 'out') = (outbox_state IS NOT NULL)", name=op.f("ck_message_outbound_has_state")
        ),
        sa.ForeignKeyConstraint(
            ["about_appointment_id"], ["appointment.id"], name=op.f("fk_message_about_appointment_id")
        ),
        sa.ForeignKeyConstraint(["about_offer_id"], ["offer.id"], name=op.f("fk_message_about_offer_id")),
        sa.ForeignKeyConstraint(["answers_id"], ["message.id"], name=op.f("fk_message_answers_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_message_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_message_patient_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_message_sender_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_message_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("provider_sid", name=op.f("uq_message_provider_sid")),
    )
    op.create_index("ix_message_about_offer_id", "message", ["about_offer_id"], unique=False)
    op.create_index(op.f("ix_message_clinic_id"), "message", ["clinic_id"], unique=False)
    op.create_index("ix_message_conversation_id_id", "message", ["conversation_id", "id"], unique=False)
    op.create_index("ix_message_clinic_id_created_at", "message", ["clinic_id", "created_at"], unique=False)
    op.create_index(
        "ix_message_in_flight",
        "message",
        ["sender_id", "address"],
        unique=False,
        postgresql_where=sa.text("outbox_state IN ('claimed', 'unknown')"),
    )
    op.create_index(
        "ix_message_outbox",
        "message",
        ["sender_id", "rank", "not_before"],
        unique=False,
        postgresql_where=sa.text("outbox_state = 'queued'"),
    )
    op.create_index(
        "ix_message_unread",
        "message",
        ["conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("inbound_state = 'unread'"),
    )
    op.create_table(
        "escalation",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "emergency",
                "asked",
                "not_understood",
                "question",
                "wrong_number",
                "failed",
                "too_many",
                "counter",
                name="escalationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_escalation_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_escalation_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_escalation_message_id")),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name=op.f("fk_escalation_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    op.create_index(op.f("ix_escalation_clinic_id"), "escalation", ["clinic_id"], unique=False)
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["conversation_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "prompt",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "offer",
                "list",
                "confirm",
                "cancel_confirm",
                "reason",
                "reminder",
                "code",
                name="promptkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_prompt_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_prompt_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_prompt_message_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_prompt_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
    )
    op.create_index(op.f("ix_prompt_clinic_id"), "prompt", ["clinic_id"], unique=False)
    op.create_index(
        "ix_prompt_open",
        "prompt",
        ["conversation_id", "asked_at"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.execute(
        """
        CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is append-only';
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
        """
    )


def downgrade() -> None:
    op.drop_index("ix_prompt_open", table_name="prompt", postgresql_where=sa.text("answered_at IS NULL"))
    op.drop_index(op.f("ix_prompt_clinic_id"), table_name="prompt")
    op.drop_table("prompt")
    op.drop_index(
        "uq_escalation_open", table_name="escalation", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(op.f("ix_escalation_clinic_id"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_index(
        "ix_message_unread", table_name="message", postgresql_where=sa.text("inbound_state = 'unread'")
    )
    op.drop_index(
        "ix_message_outbox", table_name="message", postgresql_where=sa.text("outbox_state = 'queued'")
    )
    op.drop_index(
        "ix_message_in_flight",
        table_name="message",
        postgresql_where=sa.text("outbox_state IN ('claimed', 'unknown')"),
    )
    op.drop_index("ix_message_clinic_id_created_at", table_name="message")
    op.drop_index("ix_message_conversation_id_id", table_name="message")
    op.drop_index(op.f("ix_message_clinic_id"), table_name="message")
    op.drop_index("ix_message_about_offer_id", table_name="message")
    op.drop_table("message")
    op.drop_index("ix_offer_patient_id_made_at", table_name="offer")
    op.drop_index("ix_offer_entry_id", table_name="offer")
    op.drop_index(op.f("ix_offer_conversation_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_clinic_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(
        "uq_waitlist_entry_waiting",
        table_name="waitlist_entry",
        postgresql_where=sa.text("state IN ('active', 'offered')"),
    )
    op.drop_index("ix_waitlist_entry_clinic_id_state_type_id", table_name="waitlist_entry")
    op.drop_index(op.f("ix_waitlist_entry_clinic_id"), table_name="waitlist_entry")
    op.drop_table("waitlist_entry")
    op.drop_index("ix_task_clinic_id_state", table_name="task")
    op.drop_index(op.f("ix_task_clinic_id"), table_name="task")
    op.drop_table("task")
    op.drop_index("ix_opening_clinic_id_state", table_name="opening")
    op.drop_index(op.f("ix_opening_clinic_id"), table_name="opening")
    op.drop_table("opening")
    op.drop_index(op.f("ix_cancellation_clinic_id"), table_name="cancellation")
    op.drop_table("cancellation")
    op.drop_index(op.f("ix_type_provider_clinic_id"), table_name="type_provider")
    op.drop_table("type_provider")
    op.drop_index("ix_time_off_provider_id_starts_at", table_name="time_off")
    op.drop_index(op.f("ix_time_off_clinic_id"), table_name="time_off")
    op.drop_table("time_off")
    op.drop_index("ix_availability_provider_id_weekday", table_name="availability")
    op.drop_index(op.f("ix_availability_clinic_id"), table_name="availability")
    op.drop_table("availability")
    op.drop_index("ix_appointment_patient_id_starts_at", table_name="appointment")
    op.drop_index("ix_appointment_clinic_id_starts_at", table_name="appointment")
    op.drop_index(op.f("ix_appointment_clinic_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_index(op.f("ix_provider_clinic_id"), table_name="provider")
    op.drop_table("provider")
    op.drop_index(op.f("ix_room_clinic_id"), table_name="room")
    op.drop_table("room")
    op.drop_index(op.f("ix_policy_clinic_id"), table_name="policy")
    op.drop_table("policy")
    op.drop_index(op.f("ix_patient_contact_contact_point_id"), table_name="patient_contact")
    op.drop_index(op.f("ix_patient_contact_clinic_id"), table_name="patient_contact")
    op.drop_table("patient_contact")
    op.drop_index(op.f("ix_conversation_clinic_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(
        "uq_consent_current", table_name="consent", postgresql_where=sa.text("superseded_at IS NULL")
    )
    op.drop_index(op.f("ix_consent_clinic_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_index("ix_audit_event_clinic_id_at", table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_clinic_id"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(op.f("ix_staff_clinic_id"), table_name="staff")
    op.drop_table("staff")
    op.drop_index(op.f("ix_sender_clinic_id"), table_name="sender")
    op.drop_table("sender")
    op.drop_index(op.f("ix_patient_clinic_id"), table_name="patient")
    op.drop_table("patient")
    op.drop_index(op.f("ix_location_clinic_id"), table_name="location")
    op.drop_table("location")
    op.drop_index("ix_due_work_due", table_name="due_work", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_index(op.f("ix_due_work_clinic_id"), table_name="due_work")
    op.drop_table("due_work")
    op.drop_index(op.f("ix_contact_point_clinic_id"), table_name="contact_point")
    op.drop_table("contact_point")
    op.drop_index(op.f("ix_appointment_type_clinic_id"), table_name="appointment_type")
    op.drop_table("appointment_type")
    op.drop_table("clinic")
    op.execute("DROP FUNCTION audit_is_append_only()")
    op.execute("DROP TYPE uuidrange")
