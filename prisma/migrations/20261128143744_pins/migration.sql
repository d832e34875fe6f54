-- AlterTable
ALTER TABLE "generations" ADD COLUMN     "pinned_at" TIMESTAMPTZ(3);

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

-- What somebody's files take is added up without a look at the outputs themselves.
CREATE INDEX "outputs_kept" ON "outputs"("generation_id") INCLUDE ("byte_size") WHERE "deleted_at" IS NULL;
