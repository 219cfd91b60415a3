"""The web chat on a clinic's own site, as its visitors see it, in a real browser."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import update

from storage.tables import ChatSession
from storage.transaction import Tx
from tests.browser.chatting import Chat, answer_is_lost, let
from tests.browser.conftest import Site, picture, visit
from tests.browser.websites import website
from tests.processes import comes_true


def test_it_opens_by_keyboard_and_gives_the_focus_back(chat: Chat) -> None:
    chat.go()
    expect(chat.button).to_have_attribute("aria-expanded", "false")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Tab")
    expect(chat.button).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.page.get_by_role("button", name="Close the chat")).to_have_attribute("aria-expanded", "true")
    chat.page.keyboard.press("Escape")
    expect(chat.button).to_be_focused()
    expect(chat.page.get_by_role("dialog")).to_be_hidden()


def test_the_close_button_in_the_frame_closes_it(chat: Chat) -> None:
    chat.open()
    chat.frame.get_by_role("button", name="Close the chat").click()
    expect(chat.button).to_be_focused()


def test_nothing_is_asked_of_us_before_it_is_opened(chat: Chat) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.go()
    expect(chat.button).to_be_visible()
    assert [url for url in asked if url.startswith(chat.at.widget)] == [f"{chat.at.widget}/chat/widget.js"]


def test_a_site_s_own_style_and_strict_policy_do_not_touch_it(chat: Chat) -> None:
    chat.open()
    picture(chat.visitor, "chat-on-a-strict-site")
    green, yellow = "rgb(11, 107, 98)", "rgb(255, 255, 0)"
    expect(chat.page.locator("div > button")).to_have_css("background-color", green)
    expect(chat.page.locator("h1")).to_have_css("background-color", yellow)
    assert chat.visitor.complaints == []


def test_the_answer_comes_by_the_socket(chat: Chat) -> None:
    chat.open()
    chat.page.clock.install()
    chat.says("where do I park?")
    chat.listens()
    chat.has_sent(1)
    soon = datetime.now(UTC) + timedelta(seconds=20)
    chat.page.clock.pause_at(soon)  # from then on nothing looks by itself
    chat.answered("Behind the building.")
    expect(chat.log.get_by_text("Behind the building.")).to_be_visible()
    assert chat.stored() == ["where do I park?"]
    assert chat.visitor.complaints == []


def test_without_a_socket_the_answer_is_looked_for(chat: Chat) -> None:
    chat.has_no_socket()
    chat.open()
    chat.says("where do I park?")
    chat.answered("Behind the building.")
    expect(chat.log.get_by_text("Behind the building.")).to_be_visible()


def test_what_comes_while_it_is_closed_is_told_by_the_button(chat: Chat) -> None:
    chat.open()
    chat.says("where do I park?")
    chat.listens()
    chat.page.keyboard.press("Escape")
    expect(chat.button).to_be_focused()
    chat.answered("Behind the building.")
    expect(chat.page.get_by_role("button", name="Chat with us: new message")).to_be_visible()


def test_shift_and_enter_begin_a_new_line(chat: Chat) -> None:
    chat.open()
    chat.field.press_sequentially("one")
    chat.page.keyboard.press("Shift+Enter")
    chat.field.press_sequentially("two")
    chat.page.keyboard.press("Enter")
    chat.has_sent(1)
    assert chat.stored() == ["one\ntwo"]


def test_what_could_not_be_sent_stays_and_is_stored_once_however_often_it_is_tried(chat: Chat) -> None:
    chat.has_no_socket()
    chat.open()
    chat.says("first")
    chat.has_sent(1)
    chat.page.route("**/chat/messages?after=*", lambda route: route.abort())
    chat.page.route("**/chat/messages", answer_is_lost)
    chat.says("second")
    expect(chat.log.get_by_text("Not sent.")).to_be_visible()
    chat.page.unroute("**/chat/messages")
    chat.log.get_by_role("button", name="Try again").click()
    expect(chat.log.get_by_role("button", name="Try again")).to_have_count(0)
    chat.has_sent(2)
    assert chat.stored() == ["first", "second"]


def test_what_did_arrive_is_not_asked_for_again(chat: Chat) -> None:
    chat.open()
    chat.says("first")
    chat.listens()
    chat.page.route("**/chat/messages", answer_is_lost)
    chat.says("second")
    chat.has_sent(2)
    expect(chat.log.get_by_text("second")).to_have_count(1)
    expect(chat.log.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_refusal_says_why(chat: Chat) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=429, body=json.dumps({"detail": "That was a lot at once."}))

    chat.page.route("**/chat/messages", refuse)
    chat.open()
    chat.says("hello")
    expect(chat.frame.get_by_role("alert")).to_have_text("That was a lot at once.")
    expect(chat.log.get_by_text("That was a lot at once.")).to_be_visible()


def test_it_goes_on_after_a_reload(chat: Chat) -> None:
    chat.open()
    chat.says("hello")
    chat.has_sent(1)
    chat.open()
    expect(chat.log.get_by_text("hello")).to_be_visible()


def test_a_chat_that_has_ended_is_followed_by_a_new_one(chat: Chat) -> None:
    chat.has_no_socket()
    chat.open()
    chat.says("hello")
    chat.has_sent(1)
    first = chat.begun()

    def end(tx: Tx) -> None:
        tx.session.execute(update(ChatSession).values(expires_at=tx.now))

    chat.visitor.site.do(end)
    expect(chat.log.get_by_text("The earlier chat is over.")).to_be_visible()
    chat.says("hello again")
    chat.has_sent(2)
    assert chat.begun() != first


def test_starting_over_forgets_it_on_this_device(chat: Chat) -> None:
    chat.open()
    chat.says("hello")
    chat.has_sent(1)
    chat.frame.get_by_text("Start over").click()
    chat.frame.get_by_role("button", name="Forget it").click()
    expect(chat.log.get_by_text("hello")).to_have_count(0)
    chat.open()
    expect(chat.log.get_by_text("hello")).to_have_count(0)
    expect(chat.frame.get_by_text("Start over")).to_be_hidden()


def test_where_the_browser_stores_nothing_it_works_until_the_page_is_left(chat: Chat) -> None:
    chat.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    chat.open()
    chat.says("hello")
    chat.listens()
    chat.answered("Hi there.")
    expect(chat.log.get_by_text("Hi there.")).to_be_visible()


def test_what_is_written_is_text_and_an_address_in_it_can_be_followed(chat: Chat) -> None:
    chat.open()
    chat.says("<b>hello</b>")
    chat.listens()
    chat.answered("See https://lakeside.example/parking?a=1, please.")
    expect(chat.log.get_by_text("<b>hello</b>")).to_be_visible()
    link = chat.log.get_by_role("link", name="https://lakeside.example/parking?a=1", exact=True)
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_near_the_end_it_counts_the_characters_left(chat: Chat) -> None:
    chat.open()
    chat.field.fill("x" * 1590)
    expect(chat.frame.get_by_text("10 characters left")).to_be_visible()
    chat.page.keyboard.type("y" * 20)
    expect(chat.field).to_have_value("x" * 1590 + "y" * 10)


def test_it_speaks_the_language_of_the_site(chat: Chat) -> None:
    chat.at.language = "es-MX"
    chat.go()
    chat.page.get_by_role("button", name="Chatee con nosotros").click()
    expect(chat.frame.get_by_label("Escriba un mensaje")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_the_screen(chat: Chat, width: int, scheme: str) -> None:
    chat.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    chat.page.set_viewport_size({"width": width, "height": 760})
    chat.open()
    chat.says("where do I park? " * 12)
    chat.listens()
    chat.answered("Behind the building; https://lakeside.example/" + "a-long-address/" * 8)
    expect(chat.log.get_by_text("Behind the building")).to_be_visible()
    picture(chat.visitor, f"chat-{width}")
    wide = chat.frame.locator("html").evaluate("html => html.scrollWidth > html.clientWidth")
    box = chat.page.get_by_role("dialog").bounding_box()
    assert (wide, box and box["width"], box and box["height"] <= 760) == (
        False,
        390 if width == 390 else 400,
        True,
    )


def test_on_a_phone_the_page_behind_is_out_of_reach(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 760})
    chat.open()
    expect(chat.page.get_by_role("link", name="News")).to_have_count(1)
    assert chat.page.evaluate(
        "document.elementFromPoint(20, 20).shadowRoot.querySelector('dialog').matches(':modal')"
    )


def test_on_a_site_the_clinic_did_not_list_the_browser_refuses_it(site: Site, browser: Browser) -> None:
    with website(site.address) as listed, website(site.address) as stranger:
        let(site, listed)
        stranger.slug = site.clinic.slug
        context = browser.new_context()
        chat = Chat(visit(site, context), stranger)
        chat.go()
        chat.button.click()
        assert comes_true(lambda: any("frame-ancestors" in each for each in seen(chat)))
        expect(chat.field).to_have_count(0)
        context.close()


def seen(chat: Chat) -> list[str]:
    """What the browser complains of; asking lets it tell."""
    chat.page.evaluate("1")
    return chat.visitor.complaints


@pytest.fixture
def chat(site: Site, browser: Browser) -> Iterator[Chat]:
    with website(site.address) as at:
        let(site, at)
        context = browser.new_context()
        yield Chat(visit(site, context), at)
        context.close()
