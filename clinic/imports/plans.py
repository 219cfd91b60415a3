"""Treatment plans: how many visits of which type a patient is to have, and how far apart."""

from clinic.imports.batch import Batch
from storage.tables import AppointmentType, Patient, TreatmentPlan

SAME_NAME = ("external_id", "stage", "visits_planned", "interval_days", "started_on", "milestones")


def load(batch: Batch) -> None:
    batch.refuse_repeats("external_id")
    patients = batch.existing(Patient, "patient")
    types = batch.existing(AppointmentType, "type")
    for row in batch.rows:
        batch.refer(row, "patient", patients)
        batch.refer(row, "type", types)
    batch.stop_if_refused()
    for row, found in batch.to_do(TreatmentPlan):
        named = {"patient_id": patients[row["patient"]].id, "type_id": types[row["type"]].id}
        batch.save(row, TreatmentPlan, found, row.only(*SAME_NAME) | named)
