package io.jacquard.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A shared library's file, 64-bit ELF, whose needed libraries can be renamed in place.
 *
 * <p>JCuda ends at CUDA 12.6: its libraries need {@code libcublas.so.12}, with symbols of a version of that name. CUDA 13
 * has the same functions in {@code libcublas.so.13}. A link of one name to the other does not help, because the loader
 * compares versions; so the name is changed in the string table, and with it the hash of the version (System V ABI, chapter
 * 5; for symbol versions, the Linux Standard Base, section 10.7).
 */
final class ElfImage {
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_VERNEED = 0x6ffffffeL;
  private static final long DT_VERNEEDNUM = 0x6fffffffL;
  private static final long U32 = 0xffffffffL;

  /** A part of the file, and the address at which the loader puts it. */
  private record Segment(int type, long offset, long address, long size) {}

  private record Entry(long tag, long value) {}

  private final ByteBuffer file;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Entry> dynamic = new ArrayList<>();
  private final long strings;

  /**
   * @param bytes the file; changes are made in it
   * @throws IllegalArgumentException if this is no such file
   */
  ElfImage(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (file.getInt(0) != 0x464c457f || file.get(4) != 2 || file.get(5) != 1)
        throw new IllegalArgumentException("not a 64-bit ELF file");
      readSegments();
      for (var segment : segments) {
        if (segment.type == PT_DYNAMIC) readDynamic((int) segment.offset);
      }
      strings = offset(value(DT_STRTAB));
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("an ELF file that is cut short", e);
    }
  }

  private void readSegments() {
    long at = file.getLong(0x20);
    int size = Short.toUnsignedInt(file.getShort(0x36));
    int count = Short.toUnsignedInt(file.getShort(0x38));
    for (int i = 0; i < count; i++) {
      int p = (int) at + i * size;
      segments
          .add(new Segment(file.getInt(p), file.getLong(p + 8), file.getLong(p + 16), file.getLong(p + 32)));
    }
  }

  private void readDynamic(int at) {
    for (int p = at; file.getLong(p) != 0; p += 16)
      dynamic.add(new Entry(file.getLong(p), file.getLong(p + 8)));
  }

  private long value(long tag) {
    return dynamic.stream().filter(e -> e.tag == tag).mapToLong(Entry::value).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("an ELF file without dynamic entry " + tag));
  }

  private long offset(long address) {
    for (var s : segments) {
      if (s.type == PT_LOAD && address >= s.address && address < s.address + s.size)
        return address - s.address + s.offset;
    }
    throw new IllegalArgumentException("an ELF file with an address outside of it");
  }

  private String string(long index) {
    int start = (int) (strings + index);
    int end = start;
    while (file.get(end) != 0) end++;
    return new String(file.array(), start, end - start, StandardCharsets.US_ASCII);
  }

  private void write(long index, String text) {
    file.put((int) (strings + index), (text + '\0').getBytes(StandardCharsets.US_ASCII));
  }

  /** The sonames of the libraries that this one needs. */
  List<String> needed() {
    return dynamic.stream().filter(e -> e.tag == DT_NEEDED).map(e -> string(e.value)).toList();
  }

  /** The names of the versions of symbols that it needs, each with the hash that the loader compares. */
  List<String> neededVersions() {
    var names = new ArrayList<String>();
    forEachVersion((hash, name) -> names.add(string(Integer.toUnsignedLong(file.getInt(name))) + " "
        + Integer.toHexString(file.getInt(hash))));
    return names;
  }

  /** Where the folders are in which needed libraries are looked for first, as in {@code $ORIGIN}. */
  List<String> runPaths() {
    return dynamic.stream().filter(e -> e.tag == DT_RUNPATH || e.tag == DT_RPATH).map(e -> string(e.value))
        .toList();
  }

  /** Makes it need {@code to} wherever it needed {@code from}; both names are equally long. False if it did not. */
  boolean rename(String from, String to) {
    if (from.length() != to.length())
      throw new IllegalArgumentException(from + " and " + to + " differ in length");
    boolean found = false;
    for (var entry : dynamic) {
      if (entry.tag == DT_NEEDED && string(entry.value).equals(from)) {
        write(entry.value, to);
        found = true;
      }
    }
    renameVersions(from, to);
    return found;
  }

  private void renameVersions(String from, String to) {
    forEachFile(place -> {
      long index = Integer.toUnsignedLong(file.getInt(place));
      if (string(index).equals(from)) write(index, to);
    });
    forEachVersion((hash, name) -> {
      long index = Integer.toUnsignedLong(file.getInt(name));
      if (string(index).equals(from)) write(index, to);
      if (string(index).equals(to)) file.putInt(hash, hash(to));
    });
  }

  @FunctionalInterface
  private interface Versions {
    /** Gets the places of a version's hash and of its name. */
    void accept(int hash, int name);
  }

  @FunctionalInterface
  private interface Files {
    /** Gets the place of the name of a library of which versions are needed. */
    void accept(int name);
  }

  private void forEachFile(Files action) {
    forEachNeed(need -> action.accept(need + 4));
  }

  private void forEachVersion(Versions action) {
    forEachNeed(need -> {
      int count = Short.toUnsignedInt(file.getShort(need + 2));
      int at = need + file.getInt(need + 8);
      for (int k = 0; k < count; k++) {
        action.accept(at, at + 8);
        at += file.getInt(at + 12);
      }
    });
  }

  private void forEachNeed(Files action) {
    if (dynamic.stream().noneMatch(e -> e.tag == DT_VERNEED)) return;
    int need = (int) offset(value(DT_VERNEED));
    for (long k = value(DT_VERNEEDNUM); k > 0; k--) {
      action.accept(need);
      need += file.getInt(need + 12);
    }
  }

  /** Has needed libraries looked for in another folder first; the name is not longer than the one before. */
  void setRunPath(String folder) {
    for (var entry : dynamic) {
      if (entry.tag != DT_RUNPATH && entry.tag != DT_RPATH) continue;
      if (string(entry.value).length() < folder.length())
        throw new IllegalArgumentException(folder + " is longer than " + string(entry.value));
      write(entry.value, folder);
    }
  }

  /** The hash of the System V ABI, chapter 5. */
  static int hash(String name) {
    long hash = 0;
    for (byte c : name.getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash << 4) + Byte.toUnsignedLong(c);
      long high = hash & 0xf0000000L;
      hash = (hash ^ high >>> 24) & ~high & U32;
    }
    return (int) hash;
  }
}
