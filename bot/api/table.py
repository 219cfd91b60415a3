"""Every endpoint of the API on one page: method, path below /api/v1, the permission it needs, what does it.

What goes in and comes out stands in the function's signature.
"""

from bot.api import (
    appointments,
    at_risk,
    campaigns,
    cancellation_analytics,
    cancellations,
    locations,
    matches,
    offers,
    openings,
    patients,
    providers,
    recovery,
    recovery_analytics,
    runs,
    stats,
    tasks,
    types,
    waitlist,
)
from bot.api.endpoint import Endpoint as E
from rules.permissions import Permission as P

CREATED, ACCEPTED = 201, 202

ENDPOINTS = (
    E("GET", "/waitlist", P.VIEW_WAITLIST, waitlist.list_),
    E("POST", "/waitlist", P.MANAGE_WAITLIST, waitlist.add, CREATED),
    E("GET", "/waitlist/{id}", P.VIEW_WAITLIST, waitlist.get),
    E("PATCH", "/waitlist/{id}", P.MANAGE_WAITLIST, waitlist.update),
    E("DELETE", "/waitlist/{id}", P.MANAGE_WAITLIST, waitlist.remove),
    E("GET", "/waitlist/{id}/matches", P.VIEW_WAITLIST, matches.of_entry),
    E("GET", "/waitlist/{id}/priority-score", P.VIEW_WAITLIST, matches.priority),
    E("POST", "/waitlist/{id}/priority-score", P.RUN_MATCHING, matches.refresh),
    E("POST", "/waitlist/{id}/notify", P.MANAGE_WAITLIST, matches.notify, CREATED),
    E("POST", "/waitlist/{id}/book", P.MODIFY_APPOINTMENT, matches.book, CREATED),
    E("GET", "/waitlist/{id}/offers", P.VIEW_WAITLIST, offers.of_entry),
    E("POST", "/waitlist/{id}/offer-response", P.MANAGE_WAITLIST, offers.respond),
    E("GET", "/waitlist/match/{id}", P.VIEW_WAITLIST, matches.for_opening),
    E("POST", "/waitlist/match-all", P.RUN_MATCHING, runs.match_all, ACCEPTED),
    E("POST", "/waitlist/scores/update", P.RUN_MATCHING, runs.update_scores, ACCEPTED),
    E("POST", "/waitlist/process-now", P.TRIGGER_JOBS, runs.process_now, ACCEPTED),
    E("GET", "/waitlist/job-status", P.RUN_MATCHING, runs.status),
    E("GET", "/waitlist/stats", P.VIEW_ANALYTICS, stats.stats),
    #
    E("GET", "/openings", P.VIEW_WAITLIST, openings.list_),
    E("POST", "/openings", P.MANAGE_WAITLIST, openings.create, CREATED),
    E("GET", "/openings/{id}", P.VIEW_WAITLIST, openings.get),
    E("POST", "/openings/{id}/withdraw", P.MANAGE_WAITLIST, openings.withdraw),
    E("GET", "/openings/{id}/offers", P.VIEW_WAITLIST, openings.list_offers),
    E("POST", "/openings/{id}/offers", P.MANAGE_WAITLIST, openings.offer, CREATED),
    E("POST", "/openings/{id}/fill", P.MODIFY_APPOINTMENT, openings.fill, CREATED),
    #
    E("GET", "/appointments", P.VIEW_CALENDAR, appointments.list_),
    E("POST", "/appointments", P.MODIFY_APPOINTMENT, appointments.book, CREATED),
    E("GET", "/appointments/{id}", P.VIEW_CALENDAR, appointments.get),
    E("POST", "/appointments/{id}/confirm", P.MODIFY_APPOINTMENT, appointments.confirm),
    E("POST", "/appointments/{id}/cancel", P.CANCEL_APPOINTMENT, appointments.cancel),
    E("POST", "/appointments/{id}/reschedule", P.MODIFY_APPOINTMENT, appointments.reschedule),
    E("POST", "/appointments/{id}/no-show", P.MODIFY_APPOINTMENT, appointments.no_show),
    E("POST", "/appointments/{id}/undo", P.CANCEL_APPOINTMENT, appointments.undo),
    #
    E("GET", "/cancellations", P.VIEW_CALENDAR, cancellations.list_),
    E("GET", "/cancellations/fees", P.VIEW_FEES, cancellations.fees),
    E("GET", "/cancellations/analytics", P.VIEW_ANALYTICS, cancellation_analytics.analytics),
    E("GET", "/cancellations/{id}", P.VIEW_CALENDAR, cancellations.get),
    E("POST", "/cancellations/{id}/reason", P.MODIFY_APPOINTMENT, cancellations.reason),
    E("POST", "/cancellations/{id}/waive-fee", P.WAIVE_FEES, cancellations.waive_fee),
    #
    E("GET", "/recovery", P.VIEW_WAITLIST, recovery.list_),
    E("GET", "/recovery/pending", P.VIEW_WAITLIST, recovery.pending),
    E("GET", "/recovery/analytics", P.VIEW_ANALYTICS, recovery_analytics.analytics),
    E("GET", "/recovery/{id}", P.VIEW_WAITLIST, recovery.get),
    E("POST", "/recovery/{id}/attempt", P.MANAGE_WAITLIST, recovery.attempt),
    E("POST", "/recovery/{id}/status", P.MANAGE_WAITLIST, recovery.status),
    #
    E("GET", "/at-risk", P.VIEW_RISK, at_risk.list_),
    E("GET", "/at-risk/{id}", P.VIEW_RISK, at_risk.get),
    E("POST", "/at-risk/{id}/review", P.WORK_RISK, at_risk.review),
    E("POST", "/at-risk/{id}/intervene", P.WORK_RISK, at_risk.intervene, CREATED),
    E("POST", "/at-risk/{id}/calculate", P.WORK_RISK, at_risk.calculate),
    E("POST", "/at-risk/calculate", P.WORK_RISK, runs.calculate_risk, ACCEPTED),
    E("GET", "/at-risk/job-status", P.VIEW_RISK, runs.risk_status),
    E("PATCH", "/interventions/{id}", P.WORK_RISK, at_risk.went),
    #
    E("GET", "/tasks", P.WORK_TASKS, tasks.list_),
    E("GET", "/tasks/{id}", P.WORK_TASKS, tasks.get),
    E("POST", "/tasks/{id}/done", P.WORK_TASKS, tasks.done),
    #
    E("GET", "/patients", P.VIEW_WAITLIST, patients.list_),
    E("GET", "/patients/{id}", P.VIEW_WAITLIST, patients.get),
    E("POST", "/patients/search", P.VIEW_WAITLIST, patients.search),
    #
    E("GET", "/types", P.VIEW_CALENDAR, types.list_),
    E("GET", "/types/{id}", P.VIEW_CALENDAR, types.get),
    E("GET", "/locations", P.VIEW_CALENDAR, locations.list_),
    E("GET", "/locations/{id}", P.VIEW_CALENDAR, locations.get),
    E("GET", "/providers", P.VIEW_CALENDAR, providers.list_),
    E("GET", "/providers/{id}", P.VIEW_CALENDAR, providers.get),
    E("POST", "/providers/{id}/time-off", P.EDIT_CALENDAR, providers.time_off, CREATED),
    #
    E("GET", "/campaigns", P.MANAGE_CAMPAIGNS, campaigns.list_),
    E("POST", "/campaigns", P.MANAGE_CAMPAIGNS, campaigns.create, CREATED),
    E("GET", "/campaigns/{id}", P.MANAGE_CAMPAIGNS, campaigns.get),
    E("PUT", "/campaigns/{id}", P.MANAGE_CAMPAIGNS, campaigns.update),
    E("GET", "/campaigns/{id}/preview", P.MANAGE_CAMPAIGNS, campaigns.preview),
    E("POST", "/campaigns/{id}/test", P.MANAGE_CAMPAIGNS, campaigns.test),
    E("POST", "/campaigns/{id}/launch", P.MANAGE_CAMPAIGNS, campaigns.launch),
    E("POST", "/campaigns/{id}/pause", P.MANAGE_CAMPAIGNS, campaigns.pause),
    E("POST", "/campaigns/{id}/resume", P.MANAGE_CAMPAIGNS, campaigns.resume),
    E("POST", "/campaigns/{id}/cancel", P.MANAGE_CAMPAIGNS, campaigns.cancel),
    E("GET", "/campaigns/{id}/stats", P.MANAGE_CAMPAIGNS, campaigns.stats),
)
