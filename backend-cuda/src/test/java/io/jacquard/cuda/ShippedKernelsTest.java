package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.kernels.GpuCompilers;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.MapKernel;
import io.jacquard.spi.Probe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels that are shipped as PTX: when they are taken, what they do not cover, and that they are made rightly. */
class ShippedKernelsTest {
  private static final KernelSource KNOWN = new KernelSource("twice", "KERNEL void twice() {}", false);

  @TempDir
  private Path folder;

  private static ShippedKernels shipped() {
    var files = Map.of(ShippedKernels.ABOUT, "1 kernels by nvcc 13.0", ShippedKernels.file(KNOWN.text()),
        ".version 8.0");
    return ShippedKernels
        .of(name -> files.containsKey(name) ? files.get(name).getBytes(StandardCharsets.UTF_8) : null);
  }

  @Test
  void takeThePlaceOfAMissingCompiler() {
    var machine = new FakeMachine();
    var toolkit = Toolkit.find(machine, 13000, shipped());
    assertNull(toolkit.nvrtc());
    assertNotNull(toolkit.shipped());
    assertEquals(
        Link.found("kernels", "shipped as PTX (1 kernels by nvcc 13.0), since there is no NVRTC; for others, "
            + "install NVRTC: with the CUDA toolkit, or with 'pip install nvidia-cuda-nvrtc'"),
        toolkit.links().getFirst());
    assertTrue(toolkit.links().getLast().detail()
        .startsWith("CUDA's matrix library (libcublas.so.13) was not found"));
    var found = new Discovery.Found(List.of(TestGpu.DEVICE), toolkit.links(), toolkit);
    var device = ((Probe.Available) found.probe()).devices().getFirst();
    assertTrue(device.details().startsWith("kernels shipped as PTX (1 kernels by nvcc 13.0)"),
        device.details());
    machine.with("/usr/local/cuda/lib64/libcublas.so.12", "/usr/local/cuda/lib64/libcublasLt.so.12");
    assertEquals(12, Toolkit.find(machine, 13000, shipped()).major(), "cuBLAS alone serves, too");
    machine.with("/usr/local/cuda/lib64/libnvrtc.so.12");
    assertNull(Toolkit.find(machine, 13000, shipped()).shipped(), "NVRTC compiles every kernel");
  }

  @Test
  void areNotTakenByADriverThatIsTooOld() {
    assertEquals("update the NVIDIA driver",
        Toolkit.find(new FakeMachine(), 11080, shipped()).links().getFirst().cure());
  }

  @Test
  void goToTheDriverAsTheyAre() {
    var driver = new RecordingDriver();
    var queue = new CudaQueue(driver, CudaQueueTest.DEVICE, "cuda");
    try (var compiler = new CudaCompiler(queue, shipped())) {
      driver.newCalls();
      compiler.kernel(KNOWN, 256);
      assertEquals("loadModule(.version 8.0\0)", driver.newCalls().getFirst());
      var e = assertThrows(JacquardException.class,
          () -> compiler.kernel(new KernelSource("odd", "KERNEL void odd() {}", false), 256));
      assertEquals(
          "Kernel odd is not among those that Jacquard ships (1 kernels by nvcc 13.0), which serve common "
              + "trainings in float32 where NVRTC is missing. To compile any kernel, install NVRTC: with the CUDA toolkit, or "
              + "with 'pip install nvidia-cuda-nvrtc'.",
          e.getMessage());
    }
  }

  @Test
  void areMadeOneByOneForTheOldestGpu() throws Exception {
    GpuCompilers.assumeNvidia();
    var sources = new HashMap<String, KernelSource>();
    for (var program : List.of(Program.of(in -> in[0].sin(), DType.FLOAT32),
        Program.of(in -> in[0].exp(), DType.FLOAT32))) {
      var source = MapKernel.flat(program, new boolean[1], false, 256);
      sources.put(source.text(), source);
    }
    var files = ShippedKernelsBuild.modules(sources, folder);
    for (var source : sources.values()) {
      var text = files.get(ShippedKernels.file(source.text()));
      assertTrue(text.startsWith(".version 8.0\n.target sm_75\n"), text);
      assertEquals(1, text.split("\\.visible \\.entry map\\(", -1).length - 1, text);
      GpuCompilers.assemble(folder, text, List.of(75, 80, 90));
    }
  }
}
