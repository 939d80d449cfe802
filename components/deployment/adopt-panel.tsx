"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import { PlatformForm } from "@/components/deployment/platform-form";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { sentenceText } from "@/contract/sentence";

/** For nodes that are a cluster already, whichever panel made it: the panel takes it over as it is, also when it is dark. */
export function AdoptPanel() {
  const t = useTranslations("deployment.adopt");
  const sentence = useSentence();
  const errorText = useErrorText();
  const trpc = useTRPC();
  const router = useRouter();
  const { draft, server } = useDraft();
  const look = useQuery({
    ...trpc.adoption.look.queryOptions({ draftId: draft.id, revision: server.draft.revision }),
    staleTime: 0,
  });
  const adopt = useMutation(
    trpc.adoption.adopt.mutationOptions({
      onSuccess: ({ clusterId }) => router.push(paths.clusterMaintenance(clusterId)),
    }),
  );
  const found = look.data;
  const { platform } = server.draft;
  const lacksAccount = platform.kind === "zstack" && platform.passwordSecretRef === null;
  const reason =
    found === undefined
      ? t("looking")
      : found.problems.length > 0
        ? t("notYet")
        : lacksAccount
          ? t("needsAccount")
          : null;
  const error = adopt.error ?? look.error;
  return (
    <div className="flex flex-col gap-4">
      <Panel
        title={t("title")}
        aside={
          <Button
            variant="primary"
            disabledReason={reason}
            pending={adopt.isPending || adopt.isSuccess}
            onClick={() => adopt.mutate({ draftId: draft.id })}
          >
            {t("start")}
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <p>{t("what")}</p>
          {error !== null && (
            <Banner tone="failed" title={t("refused")} alert>
              {errorText(error)}
            </Banner>
          )}
          <ul className="flex flex-col gap-1">
            {(found?.nodes ?? []).map(({ name, storageIp, address }) => (
              <li key={name}>
                <StateMark
                  state={address === null ? "needs-you" : "done"}
                  label={address === null ? name : t("node", { node: name, address, storageIp })}
                />
              </li>
            ))}
            {(found?.problems ?? []).map((problem) => (
              <li key={sentenceText(problem)}>
                <StateMark state="needs-you" label={sentence(problem)} />
              </li>
            ))}
          </ul>
          {found !== undefined && found.limits.length > 0 && (
            <Banner tone="note" title={t("limits")}>
              <ul className="flex flex-col gap-1">
                {found.limits.map((limit) => (
                  <li key={sentenceText(limit)}>{sentence(limit)}</li>
                ))}
              </ul>
            </Banner>
          )}
          {(found?.open ?? []).map(({ subject, actor, at, kind }) => (
            <p key={subject}>
              {t(`open.${kind}`, { subject, actor })} <TimeAge at={at} />
            </p>
          ))}
        </div>
      </Panel>
      <PlatformForm />
    </div>
  );
}
