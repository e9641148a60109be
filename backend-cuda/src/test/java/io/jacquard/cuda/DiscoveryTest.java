package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.spi.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chain from Java to a GPU on machines that are laid out here: which link is missing, and how to mend it. */
class DiscoveryTest {
  private final FakeMachine machine = new FakeMachine();
  private final FakeDriver driver = new FakeDriver();

  private Probe.Unavailable unavailable() {
    return assertInstanceOf(Probe.Unavailable.class, Discovery.look(machine, null).probe());
  }

  private void hasDriver() {
    machine.libraries.put(DriverProbe.DRIVER, driver);
  }

  @Test
  void otherPlatform() {
    machine.platform = "Mac OS X aarch64";
    assertTrue(unavailable().reason().contains("this is Mac OS X aarch64"), unavailable().reason());
    assertEquals(List.of(), machine.loaded, "nothing native is touched");
  }

  @Test
  void noDriver() {
    var told = unavailable();
    assertEquals("no NVIDIA driver (libcuda.so.1) was found", told.reason());
    assertTrue(told.cure().contains("install the driver"), told.cure());
  }

  @Test
  void driverThatDoesNotLoad() {
    machine.broken.put(DriverProbe.DRIVER, "libnvidia-ptxjitcompiler.so.1: cannot open shared object file");
    assertEquals(
        "no NVIDIA driver (libcuda.so.1) was found: libnvidia-ptxjitcompiler.so.1: cannot open shared "
            + "object file",
        unavailable().reason());
  }

  @ParameterizedTest
  @CsvSource({"100, CUDA_VISIBLE_DEVICES", "802, fabric", "803, restart", "804, compat", "999, nvidia_uvm",
      "35, nvidia-smi"})
  void driverThatDoesNotStart(int code, String cure) {
    hasDriver();
    driver.initialised = code;
    assertEquals("the NVIDIA driver is there, but cuInit gave error " + code, unavailable().reason());
    assertTrue(unavailable().cure().contains(cure), unavailable().cure());
  }

  @Test
  void driverThatFailsLater() {
    hasDriver();
    driver.attributes = 1;
    assertTrue(unavailable().reason().endsWith("cuDeviceGetAttribute gave error 1"), unavailable().reason());
  }

  @Test
  void driverThatIsTooOldToHaveAFunction() {
    hasDriver();
    driver.lacks("cuDeviceTotalMem_v2");
    assertEquals("libcuda.so.1 lacks cuDeviceTotalMem_v2", unavailable().reason());
  }

  @Test
  void noGpu() {
    hasDriver();
    driver.devices = 0;
    assertEquals("the NVIDIA driver finds no GPU (found: driver for CUDA 13.0)", unavailable().reason());
  }

  @Test
  void tellsOfEachDevice() {
    driver.devices = 2;
    hasDriver();
    var answer = DriverProbe.ask(machine);
    assertEquals(13000, answer.version());
    assertEquals(List.of(new CudaDevice(0, "NVIDIA Test 0", 8L << 30, 9, 0, 132),
        new CudaDevice(1, "NVIDIA Test 1", 8L << 30, 9, 0, 132)), answer.devices());
    assertEquals("NVIDIA Test 1, 8.0 GiB, 132 multiprocessors, sm_90",
        answer.devices().getLast().description());
  }

  @Test
  void noToolkit() {
    hasDriver();
    var told = unavailable();
    assertTrue(told.reason().startsWith("CUDA's compiler (libnvrtc.so.13) was not found by the loader"),
        told.reason());
    assertTrue(told.reason().endsWith("(found: driver for CUDA 13.0; GPU NVIDIA Test 0, 8.0 GiB, 132 "
        + "multiprocessors, sm_90)"), told.reason());
    assertEquals(
        "install the CUDA toolkit, or name the folder of its libraries in JACQUARD_CUDA, or take a build of "
            + "Jacquard that ships kernels as PTX (this one was made without nvcc)",
        told.cure());
    assertTrue(told.reason().length() < 500);
  }

  @Test
  void driverThatIsTooOld() {
    driver.version = 11080;
    hasDriver();
    machine.with("/usr/local/cuda/lib64/libnvrtc.so.12");
    assertTrue(unavailable().reason().startsWith("the driver supports CUDA 11.8, and 12.0 is needed"),
        unavailable().reason());
    assertEquals("update the NVIDIA driver", unavailable().cure());
  }

  @Test
  void variableThatNamesNothing() {
    hasDriver();
    machine.variables.put(Places.VARIABLE, "/nothing/here");
    assertTrue(unavailable().reason().startsWith("JACQUARD_CUDA names /nothing/here, where there is nothing"),
        unavailable().reason());
  }

  @Test
  void tellsOfEachDeviceWhatWasFound() {
    var links = List.of(Link.found("driver", "for CUDA 13.0"), Link.found("NVRTC", "13 from /x"),
        Link.missing("cuBLAS", "was not found", "install it"));
    var found = new Discovery.Found(List.of(CudaQueueTest.DEVICE), links, null);
    assertTrue(found.missing().isEmpty(), "cuBLAS may be missing");
    var device = assertInstanceOf(Probe.Available.class, found.probe()).devices().getFirst();
    assertEquals("cuda:1", device.name());
    assertEquals("Test GPU, 0.1 GiB, 132 multiprocessors, sm_90", device.description());
    assertEquals("driver for CUDA 13.0; NVRTC 13 from /x; cuBLAS was not found", device.details());
  }
}
