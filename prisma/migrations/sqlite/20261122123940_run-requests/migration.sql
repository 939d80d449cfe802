-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "draftId" TEXT,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "factsDigest" TEXT NOT NULL,
    "codeVersion" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "activeKey" TEXT,
    "ownerToken" TEXT,
    "leaseUntil" DATETIME,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "lastSeq" INTEGER NOT NULL DEFAULT 0,
    "request" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL,
    "finishedAt" DATETIME,
    CONSTRAINT "Run_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_Run" ("activeKey", "actor", "clusterId", "codeVersion", "createdAt", "draftId", "factsDigest", "fence", "finishedAt", "id", "idempotencyKey", "input", "kind", "leaseUntil", "ownerToken", "plan", "state", "updatedAt") SELECT "activeKey", "actor", "clusterId", "codeVersion", "createdAt", "draftId", "factsDigest", "fence", "finishedAt", "id", "idempotencyKey", "input", "kind", "leaseUntil", "ownerToken", "plan", "state", "updatedAt" FROM "Run";
DROP TABLE "Run";
ALTER TABLE "new_Run" RENAME TO "Run";
CREATE UNIQUE INDEX "Run_idempotencyKey_key" ON "Run"("idempotencyKey");
CREATE UNIQUE INDEX "Run_activeKey_key" ON "Run"("activeKey");
CREATE INDEX "Run_clusterId_createdAt_idx" ON "Run"("clusterId", "createdAt");
CREATE INDEX "Run_state_idx" ON "Run"("state");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
