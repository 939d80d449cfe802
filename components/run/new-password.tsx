"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

/** The panel forgets the password in the moment it gives it out: nothing but this page has it then. */
export function NewPassword({ runId, mayOperate }: { runId: string; mayOperate: boolean }) {
  const t = useTranslations("lifecycle.password");
  const shared = useTranslations("lifecycle");
  const errorText = useErrorText();
  const copy = useCopyLabels();
  const trpc = useTRPC();
  const waits = useQuery(trpc.lifecycle.passwordWaits.queryOptions({ runId }, { staleTime: 0 }));
  const take = useMutation(trpc.lifecycle.takePassword.mutationOptions({ gcTime: 0 }));
  if (take.data !== undefined)
    return (
      <Banner tone="note" title={t("shown")}>
        <span className="flex items-center gap-2">
          <code className="font-mono text-base select-all">{take.data.password}</code>
          <CopyButton text={take.data.password} labels={copy.one} />
        </span>
      </Banner>
    );
  if (waits.data !== true) return null;
  return (
    <Banner
      tone="note"
      title={t("waits")}
      actions={
        <Button
          pending={take.isPending}
          disabledReason={mayOperate ? null : shared("needsOperator")}
          onClick={() => take.mutate({ runId })}
        >
          {t("show")}
        </Button>
      }
    >
      {take.error === null ? t("once") : errorText(take.error)}
    </Banner>
  );
}
