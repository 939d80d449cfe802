"use client";

import { ConfigurationPlace } from "@/components/deployment/configuration-place";
import { DonePlace } from "@/components/deployment/done-place";
import { ImagePlace } from "@/components/deployment/image-place";
import { NetworksPlace } from "@/components/deployment/networks-place";
import { NodesPlace } from "@/components/deployment/nodes-place";
import { PreflightPlace } from "@/components/deployment/preflight-place";
import { PreparePlace } from "@/components/deployment/prepare-place";
import { ReviewPlace } from "@/components/deployment/review-place";
import { StoragePlace } from "@/components/deployment/storage-place";
import { WizardFrame } from "@/components/deployment/wizard-frame";
import type { WizardPlace } from "@/contract/deployment";

const views: Record<WizardPlace, () => React.ReactNode> = {
  prepare: PreparePlace,
  nodes: NodesPlace,
  preflight: PreflightPlace,
  networks: NetworksPlace,
  storage: StoragePlace,
  image: ImagePlace,
  configuration: ConfigurationPlace,
  review: ReviewPlace,
  done: DonePlace,
};

export function WizardPlaceView({ place }: { place: WizardPlace }) {
  const View = views[place];
  return (
    <WizardFrame place={place}>
      <View />
    </WizardFrame>
  );
}
