-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('member', 'auditor', 'admin');

-- CreateEnum
CREATE TYPE "user_state" AS ENUM ('active', 'suspended');

-- CreateEnum
CREATE TYPE "project_kind" AS ENUM ('personal', 'shared');

-- CreateEnum
CREATE TYPE "project_role" AS ENUM ('owner', 'editor', 'viewer');

-- CreateEnum
CREATE TYPE "key_state" AS ENUM ('checking', 'active', 'rejected', 'needs_reentry', 'retired');

-- CreateEnum
CREATE TYPE "key_scope" AS ENUM ('kept', 'session', 'team');

-- CreateEnum
CREATE TYPE "generation_state" AS ENUM ('queued', 'admitted', 'submitting', 'running', 'storing', 'outcome_unknown', 'expired', 'succeeded', 'failed', 'canceled');

-- CreateEnum
CREATE TYPE "submission_outcome" AS ENUM ('pending', 'accepted', 'rejected', 'not_sent', 'unknown');

-- CreateEnum
CREATE TYPE "operation_state" AS ENUM ('pending', 'succeeded', 'failed');

-- CreateEnum
CREATE TYPE "ledger_kind" AS ENUM ('hold', 'settlement', 'correction');

-- CreateEnum
CREATE TYPE "mode" AS ENUM ('open', 'paused', 'closed', 'lockdown');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "role" "role" NOT NULL DEFAULT 'member',
    "state" "user_state" NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "local_owner" BOOLEAN,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "user_agent" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "project_kind" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_members" (
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "project_role" NOT NULL,

    CONSTRAINT "project_members_pkey" PRIMARY KEY ("project_id","user_id")
);

-- CreateTable
CREATE TABLE "provider_keys" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "scope" "key_scope" NOT NULL DEFAULT 'kept',
    "session_id_hash" BYTEA,
    "state" "key_state" NOT NULL DEFAULT 'checking',
    "state_reason" TEXT,
    "sealed" BYTEA,
    "ring_id" TEXT NOT NULL,
    "fingerprint" BYTEA,
    "quota" JSONB,
    "checked_at" TIMESTAMPTZ(3),
    "check_failures" INTEGER NOT NULL DEFAULT 0,
    "watch_fence" INTEGER NOT NULL DEFAULT 0,
    "watch_touched_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "key_pacing" (
    "key_id" UUID NOT NULL,
    "endpoint" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "key_pacing_pkey" PRIMARY KEY ("key_id","endpoint")
);

-- CreateTable
CREATE TABLE "uploads" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "storage_key" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "byte_size" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generations" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "count" INTEGER NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "retry_of" UUID,
    "state" "generation_state" NOT NULL DEFAULT 'queued',
    "fence" INTEGER NOT NULL DEFAULT 0,
    "lease_owner" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "eligible_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "not_sent_count" INTEGER NOT NULL DEFAULT 0,
    "submitted_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3),
    "retained_until" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "dismissed_at" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "error_reason" TEXT,
    "filtered_count" INTEGER NOT NULL DEFAULT 0,
    "hold_amount" DECIMAL(14,4),
    "unit" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "touched_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "generations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generation_inputs" (
    "generation_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "upload_id" UUID NOT NULL,

    CONSTRAINT "generation_inputs_pkey" PRIMARY KEY ("generation_id","position")
);

-- CreateTable
CREATE TABLE "submissions" (
    "id" UUID NOT NULL,
    "generation_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "worker" TEXT NOT NULL,
    "outcome" "submission_outcome" NOT NULL DEFAULT 'pending',
    "detail" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "submissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operations" (
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "generation_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "state" "operation_state" NOT NULL DEFAULT 'pending',
    "error_code" TEXT,
    "error_reason" TEXT,
    "result_urls" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outputs" (
    "generation_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "operation_id" UUID NOT NULL,
    "storage_key" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "byte_size" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "duration_ms" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "outputs_pkey" PRIMARY KEY ("generation_id","index")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "id" UUID NOT NULL,
    "generation_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "kind" "ledger_kind" NOT NULL,
    "unit" TEXT NOT NULL,
    "held" DECIMAL(14,4) NOT NULL,
    "spent" DECIMAL(14,4) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "user_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "generation_id" UUID NOT NULL,
    "response" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("user_id","key")
);

-- CreateTable
CREATE TABLE "service_mode" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "mode" "mode" NOT NULL DEFAULT 'open',
    "reason" TEXT,
    "changed_by" UUID,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_mode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "subject" TEXT,
    "subject_id" TEXT,
    "outcome" TEXT NOT NULL DEFAULT 'ok',
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "audit_people" (
    "event_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "address" TEXT,
    "email" TEXT,

    CONSTRAINT "audit_people_pkey" PRIMARY KEY ("event_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_local_owner_key" ON "users"("local_owner");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "project_members_user_id_idx" ON "project_members"("user_id");

-- CreateIndex
CREATE INDEX "provider_keys_owner_id_idx" ON "provider_keys"("owner_id");

-- CreateIndex
CREATE INDEX "uploads_owner_id_idx" ON "uploads"("owner_id");

-- CreateIndex
CREATE INDEX "uploads_expires_at_idx" ON "uploads"("expires_at");

-- CreateIndex
CREATE INDEX "generations_project_id_id_idx" ON "generations"("project_id", "id");

-- CreateIndex
CREATE INDEX "generations_user_id_updated_at_idx" ON "generations"("user_id", "updated_at");

-- CreateIndex
CREATE INDEX "generations_key_id_state_idx" ON "generations"("key_id", "state");

-- CreateIndex
CREATE INDEX "generations_state_touched_at_idx" ON "generations"("state", "touched_at");

-- CreateIndex
CREATE INDEX "generation_inputs_upload_id_idx" ON "generation_inputs"("upload_id");

-- CreateIndex
CREATE UNIQUE INDEX "submissions_generation_id_attempt_key" ON "submissions"("generation_id", "attempt");

-- CreateIndex
CREATE INDEX "operations_generation_id_idx" ON "operations"("generation_id");

-- CreateIndex
CREATE UNIQUE INDEX "operations_provider_operation_id_key" ON "operations"("provider", "operation_id");

-- CreateIndex
CREATE INDEX "outputs_expires_at_idx" ON "outputs"("expires_at");

-- CreateIndex
CREATE INDEX "ledger_entries_generation_id_idx" ON "ledger_entries"("generation_id");

-- CreateIndex
CREATE INDEX "ledger_entries_user_id_created_at_idx" ON "ledger_entries"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "audit_events_subject_id_idx" ON "audit_events"("subject_id");

-- CreateIndex
CREATE INDEX "audit_events_actor_id_at_idx" ON "audit_events"("actor_id", "at");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_keys" ADD CONSTRAINT "provider_keys_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_pacing" ADD CONSTRAINT "key_pacing_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "provider_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "provider_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generation_inputs" ADD CONSTRAINT "generation_inputs_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generation_inputs" ADD CONSTRAINT "generation_inputs_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outputs" ADD CONSTRAINT "outputs_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

-- At most one submission of a generation may ever have reached the provider.
CREATE UNIQUE INDEX "submissions_one_that_counts" ON "submissions"("generation_id") WHERE "outcome" <> 'not_sent';

-- One hold and one settlement for each generation, whatever crashes in between.
CREATE UNIQUE INDEX "ledger_entries_once" ON "ledger_entries"("generation_id", "kind") WHERE "kind" IN ('hold', 'settlement');

-- The work that workers look for.
CREATE INDEX "generations_waiting" ON "generations"("user_id", "id") WHERE "state" = 'queued';
CREATE INDEX "generations_in_flight" ON "generations"("user_id", "key_id") WHERE "state" IN ('admitted', 'submitting', 'running', 'storing');
CREATE INDEX "operations_pending" ON "operations"("generation_id") WHERE "state" = 'pending';

ALTER TABLE "generations" ADD CONSTRAINT "generations_count" CHECK ("count" BETWEEN 1 AND 4);
ALTER TABLE "service_mode" ADD CONSTRAINT "service_mode_one_row" CHECK ("id" = 1);
INSERT INTO "service_mode" ("id") VALUES (1);

-- The audit log: a partition a month, and a default one so that an event is never refused for want of one.
CREATE TABLE "audit_events_default" PARTITION OF "audit_events" DEFAULT;

CREATE FUNCTION "ensure_audit_partition"("month" date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  first date := date_trunc('month', "month");
  name text := 'audit_events_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)',
      name, first || 'T00:00:00Z', (first + interval '1 month')::date || 'T00:00:00Z');
  END IF;
END $$;

SELECT "ensure_audit_partition"(CURRENT_DATE), "ensure_audit_partition"((CURRENT_DATE + interval '1 month')::date);
