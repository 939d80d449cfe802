"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { paths } from "@/components/client/paths";
import { DraftLoading } from "@/components/deployment/draft-loading";
import { useDraft } from "@/components/deployment/draft-provider";
import { firstOpenPlace } from "@/contract/deployment-problems";

export function OpenAtFirstPlace() {
  const router = useRouter();
  const { draft, server } = useDraft();
  const place = server.run === null ? firstOpenPlace(draft) : "done";
  useEffect(() => router.replace(paths.newCluster(place, draft.id)), [router, place, draft.id]);
  return <DraftLoading />;
}
