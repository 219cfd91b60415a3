"""Every endpoint of the API on one page: method, path below /api/v1, the permission it needs, what does it."""

from bot.api import appointments, matches, offers, openings, waitlist, wishes
from bot.api.endpoint import Endpoint
from rules.permissions import Permission as P

# fmt: off  (kept as a table)
ENDPOINTS = (
    Endpoint(
        "GET", "/waitlist", P.VIEW_WAITLIST, waitlist.list_, query=waitlist.Wanted, answers=waitlist.Entries
    ),
    Endpoint(
        "POST",
        "/waitlist",
        P.MANAGE_WAITLIST,
        waitlist.add,
        body=waitlist.NewEntry,
        answers=waitlist.Placed,
        status=201,
    ),
    Endpoint("GET", "/waitlist/{id}", P.VIEW_WAITLIST, waitlist.get, answers=waitlist.Placed),
    Endpoint(
        "PATCH",
        "/waitlist/{id}",
        P.MANAGE_WAITLIST,
        waitlist.update,
        body=wishes.WishFields,
        answers=waitlist.Placed,
    ),
    Endpoint("DELETE", "/waitlist/{id}", P.MANAGE_WAITLIST, waitlist.remove, query=waitlist.Removal),
    Endpoint(
        "GET",
        "/waitlist/{id}/matches",
        P.VIEW_WAITLIST,
        matches.of_entry,
        query=matches.Ahead,
        answers=matches.Matches,
    ),
    Endpoint(
        "GET",
        "/waitlist/{id}/priority-score",
        P.VIEW_WAITLIST,
        matches.priority,
        answers=matches.PriorityScore,
    ),
    Endpoint(
        "POST",
        "/waitlist/{id}/priority-score",
        P.RUN_MATCHING,
        matches.refresh,
        answers=matches.PriorityScore,
    ),
    Endpoint(
        "POST",
        "/waitlist/{id}/notify",
        P.MANAGE_WAITLIST,
        matches.notify,
        body=matches.Notified,
        answers=offers.OfferOut,
        status=201,
    ),
    Endpoint(
        "POST",
        "/waitlist/{id}/book",
        P.MODIFY_APPOINTMENT,
        matches.book,
        body=matches.BookInto,
        answers=matches.Booked,
        status=201,
    ),
    Endpoint("GET", "/waitlist/{id}/offers", P.VIEW_WAITLIST, offers.of_entry, answers=offers.Offers),
    Endpoint(
        "POST",
        "/waitlist/{id}/offer-response",
        P.MANAGE_WAITLIST,
        offers.respond,
        body=offers.OfferResponse,
        answers=offers.Answered,
    ),
    Endpoint(
        "GET",
        "/waitlist/match/{id}",
        P.VIEW_WAITLIST,
        matches.for_opening,
        query=matches.Best,
        answers=matches.Candidates,
    ),
    Endpoint(
        "GET", "/openings", P.VIEW_WAITLIST, openings.list_, query=openings.Wanted, answers=openings.Openings
    ),
    Endpoint(
        "POST",
        "/openings",
        P.MANAGE_WAITLIST,
        openings.create,
        body=openings.NewOpening,
        answers=openings.OpeningOut,
        status=201,
    ),
    Endpoint("GET", "/openings/{id}", P.VIEW_WAITLIST, openings.get, answers=openings.OpeningOut),
    Endpoint(
        "POST", "/openings/{id}/withdraw", P.MANAGE_WAITLIST, openings.withdraw, answers=openings.OpeningOut
    ),
    Endpoint("GET", "/openings/{id}/offers", P.VIEW_WAITLIST, openings.list_offers, answers=offers.Offers),
    Endpoint(
        "POST",
        "/openings/{id}/offers",
        P.MANAGE_WAITLIST,
        openings.offer,
        body=openings.ToOffer,
        answers=offers.OfferOut,
        status=201,
    ),
    Endpoint(
        "POST",
        "/openings/{id}/fill",
        P.MODIFY_APPOINTMENT,
        openings.fill,
        body=openings.ToFill,
        answers=openings.Filled,
        status=201,
    ),
    Endpoint(
        "GET",
        "/appointments",
        P.VIEW_CALENDAR,
        appointments.list_,
        query=appointments.Wanted,
        answers=appointments.Appointments,
    ),
    Endpoint(
        "POST",
        "/appointments",
        P.MODIFY_APPOINTMENT,
        appointments.book,
        body=appointments.NewAppointment,
        answers=appointments.AppointmentOut,
        status=201,
    ),
    Endpoint(
        "GET", "/appointments/{id}", P.VIEW_CALENDAR, appointments.get, answers=appointments.AppointmentOut
    ),
    Endpoint(
        "POST",
        "/appointments/{id}/confirm",
        P.MODIFY_APPOINTMENT,
        appointments.confirm,
        answers=appointments.AppointmentOut,
    ),
    Endpoint(
        "POST",
        "/appointments/{id}/cancel",
        P.CANCEL_APPOINTMENT,
        appointments.cancel,
        body=appointments.Cancel,
        answers=appointments.AppointmentOut,
    ),
    Endpoint(
        "POST",
        "/appointments/{id}/reschedule",
        P.MODIFY_APPOINTMENT,
        appointments.reschedule,
        body=appointments.Move,
        answers=appointments.AppointmentOut,
    ),
    Endpoint(
        "POST",
        "/appointments/{id}/no-show",
        P.MODIFY_APPOINTMENT,
        appointments.no_show,
        answers=appointments.AppointmentOut,
    ),
    Endpoint(
        "POST",
        "/appointments/{id}/undo",
        P.CANCEL_APPOINTMENT,
        appointments.undo,
        answers=appointments.AppointmentOut,
    ),
)
# fmt: on
