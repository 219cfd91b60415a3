"""The phones page, opened and used as a newcomer does."""

from playwright.sync_api import Locator, Page, expect


def open_phone(phones: Page, number: str) -> Locator:
    """Open a phone by its number with the keyboard alone; its typing box has the focus."""
    phones.get_by_placeholder("Name or number").fill(number)
    phones.keyboard.press("Enter")
    phone = phone_of(phones, number)
    expect(phone.locator("textarea")).to_be_focused()
    return phone


def phone_of(phones: Page, number: str) -> Locator:
    return phones.locator(f'.phone[data-number="{number}"]')
