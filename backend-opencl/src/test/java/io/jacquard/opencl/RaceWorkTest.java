package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.Complaints;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.KernelBuffer;
import io.jacquard.kernels.plan.KernelMemory;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the race check leaves no kernel out; without a device, as what is planned shows it. */
class RaceWorkTest {
  private static final Pattern FILE = Pattern.compile("^#line 1 \"(\\w+\\.c)\"$", Pattern.MULTILINE);
  private static final Path KERNELS = Path.of("../kernels/src/main/resources/io/jacquard/kernels");

  /** The host's memory, and kernels that do nothing. */
  private static final class Planning extends KernelBackend {
    private Planning(Memory memory, Tuning tuning, Set<String> files) {
      super((source, _) -> {
        files.addAll(files(source));
        return (_, _, _, _) -> {};
      }, memory, new Complaints(memory), tuning);
    }

    @Override
    public DeviceInfo info() {
      return new DeviceInfo("planning", 0, "a device that does nothing", 0, true,
          Set.of(DType.FLOAT16, DType.BFLOAT16));
    }
  }

  private record Bytes(MemorySegment memory) implements KernelBuffer {
    @Override
    public long handle() {
      return memory.address();
    }

    @Override
    public long bytes() {
      return memory.byteSize();
    }
  }

  private static final class Memory implements KernelMemory {
    @Override
    public KernelBuffer allocate(long bytes) {
      return new Bytes(Arena.ofAuto().allocate(bytes, 64));
    }

    @Override
    public void free(Buffer buffer) {
      // the garbage collector does
    }

    @Override
    public void upload(MemorySegment from, Buffer to, long offset) {
      ((Bytes) to).memory.asSlice(offset, from.byteSize()).copyFrom(from);
    }

    @Override
    public void download(Buffer from, long offset, MemorySegment to) {
      to.copyFrom(((Bytes) from).memory.asSlice(offset, to.byteSize()));
    }

    @Override
    public void synchronize() {
      // nothing is ever under way
    }

    @Override
    public void readLater(KernelBuffer from, MemorySegment to) {
      download(from, 0, to);
    }
  }

  private static Set<String> files(KernelSource source) {
    return FILE.matcher(source.text()).results().map(r -> r.group(1)).collect(Collectors.toSet());
  }

  @Test
  void everyKernelFileIsLookedThrough() throws IOException {
    var found = new TreeSet<String>();
    for (var form : RaceWork.Form.values()) {
      var device = new Device(new Planning(new Memory(), form.tuning, found));
      try (var _ = device.backend()) {
        for (var work : RaceWork.all()) if (work.form() == form) work.on(device);
      }
    }
    try (var all = Files.list(KERNELS)) {
      assertEquals(
          all.map(f -> f.getFileName().toString()).filter(name -> name.endsWith(".c"))
              .collect(Collectors.toCollection(TreeSet::new)),
          found, "files of kernels, and those that RaceWork runs");
    }
  }
}
