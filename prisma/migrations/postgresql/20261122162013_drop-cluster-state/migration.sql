-- AlterTable
ALTER TABLE "Cluster" DROP COLUMN "state";
