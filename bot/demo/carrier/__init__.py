"""A double of Twilio's Messages API and of the phones behind it: a real HTTP server, a process of its own.

`make demo` shows its phones page; the end-to-end tests start it by `client.Carrier` and steer it under
`/_carrier/`. It imports nothing of ours but itself. Read in this order: `messages.py` what a text is,
`api.py` what Twilio's API answers, `life.py` what becomes of a text that was accepted, `inbound.py` what a
phone sends, `faults.py` what can go wrong, `control.py` how a test steers it, `phones.py` the page.

Not modelled: messaging services, scheduled sending, redaction, media content, prices, TwiML answers.
"""
