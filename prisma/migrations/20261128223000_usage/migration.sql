-- What was generated and spent, rolled up by hour and day; the monitoring checklist.

-- CreateTable
CREATE TABLE "usage_hours" (
    "id" BIGSERIAL NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "user_id" UUID,
    "project_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "unit" TEXT NOT NULL DEFAULT '',
    "outcome" TEXT NOT NULL,
    "code" TEXT NOT NULL DEFAULT '',
    "generations" INTEGER NOT NULL,
    "outputs" INTEGER NOT NULL,
    "filtered" INTEGER NOT NULL,
    "estimated" DECIMAL(18,4) NOT NULL,
    "settled" DECIMAL(18,4) NOT NULL,

    CONSTRAINT "usage_hours_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_days" (
    "id" BIGSERIAL NOT NULL,
    "day" DATE NOT NULL,
    "user_id" UUID,
    "project_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "unit" TEXT NOT NULL DEFAULT '',
    "outcome" TEXT NOT NULL,
    "code" TEXT NOT NULL DEFAULT '',
    "generations" INTEGER NOT NULL,
    "outputs" INTEGER NOT NULL,
    "filtered" INTEGER NOT NULL,
    "estimated" DECIMAL(18,4) NOT NULL,
    "settled" DECIMAL(18,4) NOT NULL,

    CONSTRAINT "usage_days_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_latencies" (
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "model" TEXT NOT NULL,
    "bucket" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "usage_latencies_pkey" PRIMARY KEY ("hour","model","bucket")
);

-- CreateTable
CREATE TABLE "usage_clock" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch'::timestamptz,

    CONSTRAINT "usage_clock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "checklist_ticks" (
    "id" UUID NOT NULL,
    "item" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" UUID,
    "note" TEXT,
    "finding" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "checklist_ticks_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "checklist_ticks_item_at_idx" ON "checklist_ticks"("item", "at");

-- CreateIndex
CREATE INDEX "usage_hours_hour_idx" ON "usage_hours"("hour");

-- CreateIndex
CREATE INDEX "usage_hours_user_id_hour_idx" ON "usage_hours"("user_id", "hour");

-- CreateIndex
CREATE INDEX "usage_days_day_idx" ON "usage_days"("day");

-- CreateIndex
CREATE INDEX "usage_days_user_id_day_idx" ON "usage_days"("user_id", "day");

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

ALTER TABLE "usage_clock" ADD CONSTRAINT "usage_clock_one_row" CHECK ("id" = 1);
INSERT INTO "usage_clock" ("id") VALUES (1);

-- Whatever changed since the last time is counted anew.
CREATE INDEX "generations_updated_at_idx" ON "generations"("updated_at");
