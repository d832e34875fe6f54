-- Every entry of the audit log carries a ticket, and those that no transaction can come before any more are sealed into
-- segments, each of which holds the hash of the one before it.

ALTER TABLE "audit_events" ADD COLUMN "ticket" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "person_hash" BYTEA;
ALTER TABLE "audit_people" ADD COLUMN "salt" BYTEA;

CREATE TABLE "audit_clock" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "offset" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "audit_clock_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_segments" (
    "seq" BIGINT NOT NULL,
    "month" DATE NOT NULL,
    "from_ticket" BIGINT NOT NULL,
    "to_ticket" BIGINT NOT NULL,
    "entries" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,
    "seal" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_segments_pkey" PRIMARY KEY ("seq")
);

CREATE INDEX "audit_events_ticket_idx" ON "audit_events"("ticket");
CREATE INDEX "audit_events_action_at_idx" ON "audit_events"("action", "at");
DROP INDEX "audit_events_subject_id_idx";
CREATE INDEX "audit_events_subject_id_at_idx" ON "audit_events"("subject_id", "at");
CREATE INDEX "audit_people_address_at_idx" ON "audit_people"("address", "at");

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

ALTER TABLE "audit_clock" ADD CONSTRAINT "audit_clock_one_row" CHECK ("id" = 1);
INSERT INTO "audit_clock" ("id") VALUES (1);

-- Transactions are numbered as they begin to write. A database that was restored elsewhere begins anew with its numbers,
-- so that what was reached before is added.
CREATE FUNCTION "audit_ticket"() RETURNS bigint LANGUAGE sql STABLE SET search_path = public AS
  'SELECT pg_current_xact_id()::text::bigint + "offset" FROM audit_clock';

-- The first ticket that a transaction may still come with: every one below is of a transaction that has ended.
CREATE FUNCTION "audit_horizon"() RETURNS bigint LANGUAGE sql STABLE SET search_path = public AS
  'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + "offset" FROM audit_clock';

-- Whatever a client says, an entry gets the ticket of its own transaction.
CREATE FUNCTION "take_audit_ticket"() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  NEW.ticket := audit_ticket();
  RETURN NEW;
END $$;
CREATE TRIGGER "audit_events_ticket" BEFORE INSERT ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "take_audit_ticket"();

-- The services may not delete an entry. They may let a whole month go, once it is old enough and sealed.
CREATE FUNCTION "retire_audit_month"("month" date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  first date := date_trunc('month', "month");
  name text := 'audit_events_' || to_char(first, 'YYYY_MM');
  unsealed bigint;
  gone bigint;
BEGIN
  IF first > date_trunc('month', CURRENT_DATE) - interval '3 months' THEN
    RAISE EXCEPTION 'the audit log keeps three whole months at the least';
  END IF;
  IF to_regclass(name) IS NULL THEN
    RETURN 0;
  END IF;
  EXECUTE format('SELECT count(*), count(*) FILTER (WHERE ticket >= (SELECT coalesce(max(to_ticket), 0) FROM audit_segments)) FROM %I', name)
    INTO gone, unsealed;
  IF unsealed > 0 THEN
    RAISE EXCEPTION '% entries of that month are not sealed yet', unsealed;
  END IF;
  EXECUTE format('DROP TABLE %I', name);
  DELETE FROM audit_people WHERE at >= first AND at < first + interval '1 month';
  RETURN gone;
END $$;
