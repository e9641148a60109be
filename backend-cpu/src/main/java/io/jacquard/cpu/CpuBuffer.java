package io.jacquard.cpu;

import io.jacquard.spi.Buffer;

/** Memory of the host, outside the Java heap. */
final class CpuBuffer implements Buffer {
  final long address;
  private final long bytes;

  CpuBuffer(long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
