"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { BrowserCard } from "@/components/notification/browser-card";
import { ChannelCard } from "@/components/notification/channel-card";
import { newDraft } from "@/components/notification/channel-draft";
import { ChannelDialog } from "@/components/notification/channel-dialog";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";

/** Messages on their way change within seconds. */
const refreshMs = 10_000;
const nothingStored = { url: false, key: false, password: false };

export function ChannelsPage() {
  const t = useTranslations("notifications");
  const errorText = useErrorText();
  const locale = useLocale();
  const [adding, setAdding] = useState(false);
  const list = useQuery(useTRPC().notification.channels.queryOptions(undefined, { refetchInterval: refreshMs }));
  const mayAdminister = list.data?.mayAdminister ?? false;
  const add = (
    <Button
      variant="primary"
      disabledReason={list.isPending || mayAdminister ? null : t("administratorOnly")}
      onClick={() => setAdding(true)}
    >
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} actions={add} />
      <div className="flex flex-col gap-4">
        {list.isPending && <Skeleton className="h-40" />}
        {list.isError && <Banner tone="unknown" title={errorText(list.error)} />}
        {list.data?.channels.length === 0 && <EmptyState title={t("none")}>{t("noneText")}</EmptyState>}
        {list.data?.channels.map((channel) => (
          <ChannelCard key={channel.id} channel={channel} mayAdminister={mayAdminister} />
        ))}
        <BrowserCard />
      </div>
      {adding && (
        <ChannelDialog
          initial={newDraft(locale === "en" ? "en" : "zh-CN", zone())}
          has={nothingStored}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
