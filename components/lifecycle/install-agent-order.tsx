"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { FileDrop } from "@/components/deployment/file-drop";
import { useUpload } from "@/components/deployment/use-upload";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import type { ClusterStatus } from "@/contract/cluster-status";

/** A bundle from this browser, by way of the panel and the node, into the management VM. */
export function InstallAgentOrder({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.agent");
  const [uploadId, setUploadId] = useState("");
  const work = useUpload((id) => {
    setUploadId(id);
    return Promise.resolve();
  });
  return (
    <LifecycleOrder
      clusterId={status.clusterId}
      wish={{ kind: "install-guest-agent", uploadId }}
      mayOperate={mayOperate}
    >
      <FileDrop label={t("file")} help={t("fileHelp")} work={work} />
    </LifecycleOrder>
  );
}
