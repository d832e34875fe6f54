-- CreateIndex
CREATE INDEX "generations_created_at_idx" ON "generations"("created_at");
