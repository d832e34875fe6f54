-- Limits of one person, and models that are not offered at present.

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "generation_limit" INTEGER;

-- CreateTable
CREATE TABLE "withdrawn_models" (
    "model" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "withdrawn_by" UUID,
    "withdrawn_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "withdrawn_models_pkey" PRIMARY KEY ("model")
);

ALTER TABLE "users" ADD CONSTRAINT "users_generation_limit_check" CHECK ("generation_limit" > 0);
