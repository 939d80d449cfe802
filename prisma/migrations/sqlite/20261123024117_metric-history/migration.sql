-- CreateTable
CREATE TABLE "MetricChunk" (
    "subject" TEXT NOT NULL,
    "stepSeconds" INTEGER NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "body" BLOB NOT NULL,

    PRIMARY KEY ("subject", "stepSeconds", "startedAt")
);

-- CreateTable
CREATE TABLE "ScrapeToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" DATETIME
);

-- CreateIndex
CREATE INDEX "MetricChunk_stepSeconds_startedAt_idx" ON "MetricChunk"("stepSeconds", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ScrapeToken_name_key" ON "ScrapeToken"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ScrapeToken_sha256_key" ON "ScrapeToken"("sha256");
