-- AlterTable
ALTER TABLE "generations" ADD COLUMN     "store_fault_count" INTEGER NOT NULL DEFAULT 0;
