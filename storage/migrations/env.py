"""How alembic connects. A migration waits at most five seconds for a lock: it must not stop the clinic."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from storage.tables import Base

engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool, hide_parameters=True)
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '60s'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
