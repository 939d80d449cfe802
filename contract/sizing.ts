/** Sizing advice of the manual (A15) and reserved memory (A20). Pure arithmetic. */
export interface VmSize {
  cpu: number;
  memoryGb: number;
}

export function recommendedVmSize(scale: { hosts: number; vms: number }): VmSize {
  if (scale.hosts <= 100 && scale.vms <= 1_000) return { cpu: 4, memoryGb: 8 };
  if (scale.hosts <= 1_000 && scale.vms <= 10_000) return { cpu: 8, memoryGb: 16 };
  return { cpu: 12, memoryGb: 32 };
}

export interface ReservedMemory {
  cephGb: number;
  managementVmGb: number;
  virtualizationGb: number;
  totalGb: number;
}

const gbPerHybridOsd = 6;
const gbPerFlashOsd = 4;
const virtualizationGb = 1;

export function reservedMemory(input: {
  osdsPerNode: number;
  media: "hybrid" | "all-flash";
  managementVmGb: number;
}): ReservedMemory {
  const cephGb = input.osdsPerNode * (input.media === "hybrid" ? gbPerHybridOsd : gbPerFlashOsd);
  return {
    cephGb,
    managementVmGb: input.managementVmGb,
    virtualizationGb,
    totalGb: cephGb + input.managementVmGb + virtualizationGb,
  };
}
