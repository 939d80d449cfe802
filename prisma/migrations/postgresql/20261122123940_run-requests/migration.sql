-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "lastSeq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "request" TEXT;
