"""How often something may be asked for, counted in Redis. Without Redis nothing is refused."""

from redis import Redis
from redis.exceptions import RedisError


def too_often(redis: Redis, what: str, *, most: int, seconds: int) -> bool:
    """Count one more of `what`; True where it was asked for more than `most` times in these seconds."""
    key = f"limit:{what}"
    try:
        with redis.pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, seconds, nx=True)
            count, _ = pipe.execute()
    except RedisError:
        return False
    return int(count) > most
