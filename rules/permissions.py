"""Which role may do what: the one table every route is checked against."""

from enum import StrEnum


class Role(StrEnum):
    FRONT_DESK = "front_desk"
    CLINICAL_STAFF = "clinical_staff"
    DOCTOR = "doctor"
    TREATMENT_COORDINATOR = "treatment_coordinator"
    BILLING = "billing"
    MARKETING = "marketing"
    SUPERVISOR = "supervisor"
    CLINIC_ADMIN = "clinic_admin"


class Permission(StrEnum):
    VIEW_CALENDAR = "booking:view_calendar"
    VIEW_WAITLIST = "booking:view_waitlist"  # and matches
    MANAGE_WAITLIST = "booking:manage_waitlist"  # offers, recovery
    MODIFY_APPOINTMENT = "booking:modify_appointment"
    CANCEL_APPOINTMENT = "booking:cancel_appointment"
    RUN_MATCHING = "booking:run_matching"  # match-all, score update
    TRIGGER_JOBS = "jobs:trigger"  # process-now
    VIEW_ANALYTICS = "booking:view_analytics"
    VIEW_RISK = "risk:view"
    WORK_RISK = "risk:work"
    VIEW_FEES = "fees:view"
    WAIVE_FEES = "fees:waive"
    MANAGE_REMINDERS = "booking:manage_reminders"
    MANAGE_CAMPAIGNS = "campaigns:manage"
    REPLY = "conversations:reply"
    WORK_TASKS = "tasks:work"
    WORK_QUEUE = "queue:work"
    EDIT_CALENDAR = "calendar:edit"  # availability, time off
    EDIT_POLICY = "policy:edit"
    MANAGE_STAFF = "staff:manage"
    VIEW_AUDIT = "audit:view"


P = Permission
DESK, CLINICAL, DOCTOR, COORD = Role.FRONT_DESK, Role.CLINICAL_STAFF, Role.DOCTOR, Role.TREATMENT_COORDINATOR
BILLING, MARKET, SUPER, ADMIN = Role.BILLING, Role.MARKETING, Role.SUPERVISOR, Role.CLINIC_ADMIN

# fmt: off  (kept as a table: a column a role)
PERMISSIONS: dict[Permission, frozenset[Role]] = {
    P.VIEW_CALENDAR: frozenset({DESK, CLINICAL, DOCTOR, COORD, BILLING, SUPER, ADMIN}),
    P.VIEW_WAITLIST: frozenset({DESK, CLINICAL, DOCTOR, COORD, SUPER, ADMIN}),
    P.MANAGE_WAITLIST: frozenset({DESK, SUPER, ADMIN}),
    P.MODIFY_APPOINTMENT: frozenset({DESK, CLINICAL, DOCTOR, COORD, SUPER, ADMIN}),
    P.CANCEL_APPOINTMENT: frozenset({DESK, DOCTOR, COORD, SUPER, ADMIN}),
    P.RUN_MATCHING: frozenset({SUPER, ADMIN}),
    P.TRIGGER_JOBS: frozenset({ADMIN}),
    P.VIEW_ANALYTICS: frozenset({DOCTOR, SUPER, ADMIN}),
    P.VIEW_RISK: frozenset({DOCTOR, COORD, SUPER, ADMIN}),
    P.WORK_RISK: frozenset({DOCTOR, COORD, SUPER, ADMIN}),
    P.VIEW_FEES: frozenset({BILLING, SUPER, ADMIN}),
    P.WAIVE_FEES: frozenset({ADMIN}),
    P.MANAGE_REMINDERS: frozenset({MARKET, ADMIN}),
    P.MANAGE_CAMPAIGNS: frozenset({MARKET, ADMIN}),
    P.REPLY: frozenset({DESK, CLINICAL, DOCTOR, COORD, SUPER, ADMIN}),
    P.WORK_TASKS: frozenset({DESK, CLINICAL, DOCTOR, COORD, SUPER, ADMIN}),
    P.WORK_QUEUE: frozenset({DESK, CLINICAL, DOCTOR, SUPER, ADMIN}),
    P.EDIT_CALENDAR: frozenset({SUPER, ADMIN}),
    P.EDIT_POLICY: frozenset({ADMIN}),
    P.MANAGE_STAFF: frozenset({ADMIN}),
    P.VIEW_AUDIT: frozenset({ADMIN}),
}
# fmt: on


def allows(role: Role, permission: Permission) -> bool:
    return role in PERMISSIONS[permission]
