-- CreateTable
CREATE TABLE "Event" (
    "id" SERIAL NOT NULL,
    "clusterId" TEXT,
    "identity" TEXT NOT NULL,
    "key" TEXT,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "node" TEXT,
    "runId" TEXT,
    "source" TEXT NOT NULL,
    "facts" TEXT NOT NULL,
    "beganAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "count" INTEGER NOT NULL DEFAULT 1,
    "ackBy" TEXT,
    "ackAt" TIMESTAMP(3),
    "ackReason" TEXT,
    "ackUntil" TIMESTAMP(3),
    "ackSeverity" TEXT,
    "ackCount" INTEGER,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationChannel" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "settings" TEXT NOT NULL,
    "secretRef" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "failingSince" TIMESTAMP(3),
    "lastAnswer" TEXT,
    "deliveredAt" TIMESTAMP(3),

    CONSTRAINT "NotificationChannel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationDelivery" (
    "id" TEXT NOT NULL,
    "channelId" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMP(3) NOT NULL,
    "answer" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "NotificationDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationNotice" (
    "channelId" TEXT NOT NULL,
    "eventId" INTEGER NOT NULL,
    "severity" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "ended" BOOLEAN NOT NULL,
    "toldAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "NotificationNotice_pkey" PRIMARY KEY ("channelId","eventId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Event_key_key" ON "Event"("key");

-- CreateIndex
CREATE INDEX "Event_clusterId_beganAt_idx" ON "Event"("clusterId", "beganAt");

-- CreateIndex
CREATE INDEX "Event_updatedAt_idx" ON "Event"("updatedAt");

-- CreateIndex
CREATE UNIQUE INDEX "NotificationChannel_name_key" ON "NotificationChannel"("name");

-- CreateIndex
CREATE INDEX "NotificationDelivery_state_dueAt_idx" ON "NotificationDelivery"("state", "dueAt");

-- CreateIndex
CREATE INDEX "NotificationDelivery_channelId_createdAt_idx" ON "NotificationDelivery"("channelId", "createdAt");

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NotificationDelivery" ADD CONSTRAINT "NotificationDelivery_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "NotificationChannel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NotificationNotice" ADD CONSTRAINT "NotificationNotice_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "NotificationChannel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NotificationNotice" ADD CONSTRAINT "NotificationNotice_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
