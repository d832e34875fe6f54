-- The off switch, notices to operators and users, incidents with their rules, and what the services count about
-- themselves.

-- CreateEnum
CREATE TYPE "notice_channel" AS ENUM ('email', 'webhook');

-- CreateEnum
CREATE TYPE "notice_state" AS ENUM ('pending', 'sent', 'failed');

-- CreateEnum
CREATE TYPE "incident_state" AS ENUM ('open', 'acknowledged', 'resolved');

-- AlterTable
ALTER TABLE "service_mode" ADD COLUMN     "lost_rings" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "notices" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "channel" "notice_channel" NOT NULL,
    "recipient" TEXT,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "incident_id" UUID,
    "state" "notice_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_until" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incidents" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL DEFAULT '',
    "severity" TEXT NOT NULL,
    "state" "incident_state" NOT NULL DEFAULT 'open',
    "evidence" JSONB NOT NULL DEFAULT '{}',
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "incidents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident_events" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "actor_id" UUID,
    "text" TEXT,

    CONSTRAINT "incident_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "flag_settings" (
    "rule" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "thresholds" JSONB NOT NULL DEFAULT '{}',
    "action" TEXT,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flag_settings_pkey" PRIMARY KEY ("rule")
);

-- CreateTable
CREATE TABLE "minute_counts" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "minute_counts_pkey" PRIMARY KEY ("name","minute","key")
);

-- CreateTable
CREATE TABLE "quota_samples" (
    "key_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "available" DECIMAL(18,4) NOT NULL,

    CONSTRAINT "quota_samples_pkey" PRIMARY KEY ("key_id","at")
);

-- CreateTable
CREATE TABLE "output_reads" (
    "generation_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "reader" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "output_reads_pkey" PRIMARY KEY ("generation_id","index","reader")
);

-- CreateIndex
CREATE INDEX "output_reads_at_idx" ON "output_reads"("at");

-- CreateIndex
CREATE INDEX "notices_incident_id_idx" ON "notices"("incident_id");

-- CreateIndex
CREATE INDEX "notices_state_next_attempt_at_idx" ON "notices"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "incidents_rule_subject_subject_id_idx" ON "incidents"("rule", "subject", "subject_id");

-- CreateIndex
CREATE INDEX "incidents_state_opened_at_idx" ON "incidents"("state", "opened_at");

-- CreateIndex
CREATE INDEX "incident_events_incident_id_at_idx" ON "incident_events"("incident_id", "at");

-- AddForeignKey
ALTER TABLE "notices" ADD CONSTRAINT "notices_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_events" ADD CONSTRAINT "incident_events_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

-- Whatever a rule finds is one incident until somebody has dealt with it, whoever looks and however often.
CREATE UNIQUE INDEX "incidents_one_unresolved" ON "incidents"("rule", "subject", "subject_id") WHERE "state" <> 'resolved';
