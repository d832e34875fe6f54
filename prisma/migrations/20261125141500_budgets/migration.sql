-- CreateEnum
CREATE TYPE "budget_scope" AS ENUM ('all', 'team_key', 'project', 'user', 'token');

-- CreateEnum
CREATE TYPE "budget_period" AS ENUM ('day', 'month');

-- DropIndex
DROP INDEX "generations_created_at_idx";

-- AlterTable
ALTER TABLE "ledger_entries" ADD COLUMN     "day" DATE,
ADD COLUMN     "provider" TEXT,
ADD COLUMN     "team_key_id" UUID,
ADD COLUMN     "token_id" UUID,
ALTER COLUMN "generation_id" DROP NOT NULL,
ALTER COLUMN "user_id" DROP NOT NULL;

-- What entries did not say so far stands with their generations. There was no key of a team before this.
UPDATE "ledger_entries" l SET "day" = (g."created_at" AT TIME ZONE 'UTC')::date, "provider" = g."provider",
  "token_id" = g."token_id" FROM "generations" g WHERE g."id" = l."generation_id";
ALTER TABLE "ledger_entries" ALTER COLUMN "day" SET NOT NULL, ALTER COLUMN "provider" SET NOT NULL;

-- CreateTable
CREATE TABLE "balances" (
    "scope" "budget_scope" NOT NULL,
    "scope_id" UUID NOT NULL,
    "unit" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "held" DECIMAL(18,4) NOT NULL,
    "spent" DECIMAL(18,4) NOT NULL,

    CONSTRAINT "balances_pkey" PRIMARY KEY ("scope","scope_id","unit","day")
);

-- CreateTable
CREATE TABLE "budgets" (
    "scope" "budget_scope" NOT NULL,
    "scope_id" UUID NOT NULL,
    "unit" TEXT NOT NULL,
    "period" "budget_period" NOT NULL,
    "amount" DECIMAL(14,4) NOT NULL,
    "set_by" UUID,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budgets_pkey" PRIMARY KEY ("scope","scope_id","unit","period")
);

-- AddForeignKey
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_set_by_fkey" FOREIGN KEY ("set_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma's schema cannot say. --------------------------------------------------------------------------

-- A row is updated over and over: room beside it keeps its index out of that.
ALTER TABLE "balances" SET (fillfactor = 50);
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_amount" CHECK ("amount" >= 0);

-- What the ledger comes to so far.
INSERT INTO "balances" ("scope", "scope_id", "unit", "day", "held", "spent")
SELECT s.scope::budget_scope, s.id, l."unit", l."day", sum(l."held"), sum(l."spent")
FROM "ledger_entries" l CROSS JOIN LATERAL (VALUES
  ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('project', l."project_id"), ('user', l."user_id"),
  ('token', l."token_id")) s(scope, id)
WHERE l."provider" <> 'demo' AND s.id IS NOT NULL
GROUP BY 1, 2, 3, 4;
