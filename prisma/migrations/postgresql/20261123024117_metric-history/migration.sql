-- CreateTable
CREATE TABLE "MetricChunk" (
    "subject" TEXT NOT NULL,
    "stepSeconds" INTEGER NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "MetricChunk_pkey" PRIMARY KEY ("subject","stepSeconds","startedAt")
);

-- CreateTable
CREATE TABLE "ScrapeToken" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMP(3),

    CONSTRAINT "ScrapeToken_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "MetricChunk_stepSeconds_startedAt_idx" ON "MetricChunk"("stepSeconds", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ScrapeToken_name_key" ON "ScrapeToken"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ScrapeToken_sha256_key" ON "ScrapeToken"("sha256");
