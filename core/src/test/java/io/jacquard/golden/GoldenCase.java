package io.jacquard.golden;

import io.jacquard.io.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One computation of PyTorch's.
 *
 * @param name says which it is: the operation, the type, the attributes, the inputs' shapes
 * @param facts all that the file says of it besides its tensors: {@code attrs}, whether a module was {@code training}
 * @param tensors by their names in the file without the case's number: {@code in.x}, {@code out.0}, {@code grad.x} and so
 *        on; benchmarks/pytorch/README.md lists them
 */
record GoldenCase(String family, String name, String op, GoldenAttrs facts,
    SequencedMap<String, Safetensors.Entry> tensors) {
  GoldenAttrs attrs() {
    return facts.attrs("attrs");
  }

  /** Those tensors whose names begin with {@code kind} and a dot, by the rest of the name, in the file's order. */
  SequencedMap<String, Safetensors.Entry> tensors(String kind) {
    var some = new LinkedHashMap<String, Safetensors.Entry>();
    tensors.forEach((key, entry) -> {
      if (key.startsWith(kind + ".")) some.put(key.substring(kind.length() + 1), entry);
    });
    return some;
  }

  /** The cases of a family's file, in its order. */
  static List<GoldenCase> read(String family) {
    var file = "/goldens/" + family + ".safetensors";
    try (var in = GoldenCase.class.getResourceAsStream(file)) {
      if (in == null)
        throw new IllegalStateException("There is no " + file + ". Run benchmarks/pytorch/goldens.py.");
      return of(family, Safetensors.read(file, MemorySegment.ofArray(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<GoldenCase> of(String family, Safetensors.Contents contents) {
    Map<String, SequencedMap<String, Safetensors.Entry>> byCase = new LinkedHashMap<>();
    contents.tensors().forEach((key, entry) -> {
      int dot = key.indexOf('.');
      byCase.computeIfAbsent(key.substring(0, dot), _ -> new LinkedHashMap<>()).put(key.substring(dot + 1),
          entry);
    });
    var cases = new ArrayList<GoldenCase>();
    byCase.forEach((number, tensors) -> {
      var facts = GoldenAttrs.parse(contents.metadata().get(number));
      cases.add(new GoldenCase(family, facts.text("name"), facts.text("op"), facts, tensors));
    });
    return cases;
  }

  @Override
  public String toString() {
    return family + ": " + name;
  }
}
