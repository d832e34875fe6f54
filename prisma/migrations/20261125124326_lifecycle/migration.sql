-- DropForeignKey
ALTER TABLE "key_pacing" DROP CONSTRAINT "key_pacing_key_id_fkey";

-- AlterTable
ALTER TABLE "provider_keys" ADD COLUMN     "watch_due_at" TIMESTAMPTZ(3);

-- DropTable
DROP TABLE "key_pacing";

-- CreateTable
CREATE TABLE "pacing" (
    "bucket" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "pacing_pkey" PRIMARY KEY ("bucket","endpoint")
);

-- CreateTable
CREATE TABLE "provider_health" (
    "provider" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "trips" INTEGER NOT NULL DEFAULT 0,
    "open_until" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "provider_health_pkey" PRIMARY KEY ("provider")
);

-- Both the admission and whoever asks for a place in the queue read who stands in line.
DROP INDEX "generations_waiting";
CREATE INDEX "generations_in_line" ON "generations"("user_id", "id") WHERE "state" IN ('queued', 'admitted');

-- The last successes of a model tell how long the next one will take.
CREATE INDEX "generations_succeeded" ON "generations"("model", "id") WHERE "state" = 'succeeded';
