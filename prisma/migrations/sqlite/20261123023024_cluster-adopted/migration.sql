-- AlterTable
ALTER TABLE "Cluster" ADD COLUMN "adopted" TEXT;
ALTER TABLE "Cluster" ADD COLUMN "forgottenAt" DATETIME;
