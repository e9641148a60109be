package io.jacquard.cuda;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cuts small pieces out of large ones, because asking the driver for memory is slow, and giving it back waits for the GPU.
 * Sizes are rounded to 512 bytes. Up to 1 MiB come from slabs of 2 MiB, up to 10 MiB from slabs of 20 MiB; what is larger
 * gets a slab of its own, in whole 2 MiB. The smallest free piece that fits is taken and split; neighbours that are free
 * are joined. These are the rules of PyTorch's CUDA allocator.
 *
 * <p>All work is on one stream, so a piece may be used anew at once.
 */
final class DeviceMemory {
  static final long ROUNDING = 512;
  static final long SMALL = 1L << 20;
  static final long SMALL_SLAB = 2L << 20;
  static final long LARGE = 10L << 20;
  static final long LARGE_SLAB = 20L << 20;

  /** Where slabs come from. */
  interface Source {
    /** An address; 0 if there is no memory left. */
    long take(long bytes);

    void give(long address);
  }

  /** A piece of a slab, with its neighbours there. */
  private static final class Piece {
    final boolean small;
    final long address;
    long bytes;
    boolean free;
    @Nullable
    Piece before;
    @Nullable
    Piece behind;

    Piece(boolean small, long address, long bytes) {
      this.small = small;
      this.address = address;
      this.bytes = bytes;
    }

    boolean isWholeSlab() {
      return before == null && behind == null;
    }
  }

  private static TreeSet<Piece> bySize() {
    return new TreeSet<>(
        Comparator.<Piece>comparingLong(p -> p.bytes).thenComparing(p -> p.address, Long::compareUnsigned));
  }

  private final Source source;
  private final TreeSet<Piece> freeSmall = bySize();
  private final TreeSet<Piece> freeLarge = bySize();
  private final Map<Long, Piece> used = new HashMap<>();
  private long slabBytes;
  private long usedBytes;

  DeviceMemory(Source source) {
    this.source = source;
  }

  /** The address of so many bytes; 0 if there is no memory left, even after all free slabs were given back. */
  long allocate(long bytes) {
    long size = Math.max(ROUNDING, bytes + ROUNDING - 1 & -ROUNDING);
    var free = size <= SMALL ? freeSmall : freeLarge;
    var piece = free.ceiling(new Piece(false, 0, size));
    if (piece == null) {
      piece = slab(size);
      if (piece == null) return 0;
    } else {
      free.remove(piece);
    }
    split(piece, size, free);
    piece.free = false;
    used.put(piece.address, piece);
    usedBytes += piece.bytes;
    return piece.address;
  }

  private @Nullable Piece slab(long size) {
    long bytes = size <= SMALL ? SMALL_SLAB
        : size <= LARGE ? LARGE_SLAB : size + SMALL_SLAB - 1 & -SMALL_SLAB;
    long address = source.take(bytes);
    if (address == 0 && trim() > 0) address = source.take(bytes);
    if (address == 0) return null;
    slabBytes += bytes;
    return new Piece(size <= SMALL, address, bytes);
  }

  /** Of a large piece no small rest is split off: nothing would ever fit it. */
  private void split(Piece piece, long size, TreeSet<Piece> free) {
    long rest = piece.bytes - size;
    if (rest < (piece.small ? ROUNDING : SMALL + ROUNDING)) return;
    var behind = new Piece(piece.small, piece.address + size, rest);
    behind.free = true;
    behind.before = piece;
    behind.behind = piece.behind;
    if (piece.behind != null) piece.behind.before = behind;
    piece.behind = behind;
    piece.bytes = size;
    free.add(behind);
  }

  void free(long address) {
    var piece = used.remove(address);
    if (piece == null) throw new IllegalStateException("memory that is not in use is freed: " + address);
    usedBytes -= piece.bytes;
    var free = piece.small ? freeSmall : freeLarge;
    var behind = piece.behind;
    if (behind != null && behind.free) {
      free.remove(behind);
      swallow(piece, behind);
    }
    var before = piece.before;
    if (before != null && before.free) {
      free.remove(before);
      swallow(before, piece);
      piece = before;
    }
    piece.free = true;
    free.add(piece);
  }

  private static void swallow(Piece piece, Piece behind) {
    piece.bytes += behind.bytes;
    piece.behind = behind.behind;
    if (behind.behind != null) behind.behind.before = piece;
  }

  /** Gives slabs of which nothing is in use back; the bytes that these had. */
  long trim() {
    long bytes = trim(freeSmall) + trim(freeLarge);
    slabBytes -= bytes;
    return bytes;
  }

  private long trim(TreeSet<Piece> free) {
    long bytes = 0;
    for (var piece : free.stream().filter(Piece::isWholeSlab).toList()) {
      free.remove(piece);
      source.give(piece.address);
      bytes += piece.bytes;
    }
    return bytes;
  }

  /** Bytes that were taken from the driver. */
  long slabBytes() {
    return slabBytes;
  }

  /** Bytes of pieces that are in use. */
  long usedBytes() {
    return usedBytes;
  }
}
