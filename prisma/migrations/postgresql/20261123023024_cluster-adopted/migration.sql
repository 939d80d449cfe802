-- AlterTable
ALTER TABLE "Cluster" ADD COLUMN     "adopted" TEXT,
ADD COLUMN     "forgottenAt" TIMESTAMP(3);
