#!/bin/sh
# Stands in for Prisma's schema engine, which the product does not use (see scripts/create-migration.ts).
echo "Trivet does not use Prisma's schema engine; run npm run db:migration" >&2
exit 101
