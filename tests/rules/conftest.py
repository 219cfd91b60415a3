"""Property tests try the same cases every time, and are not hurried: the machine may be busy."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "standby", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("standby")
