package io.jacquard.bundle.bench;

import io.jacquard.cli.bench.GpuWorkloads;
import io.jacquard.cli.bench.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One row of the table: work in a precision, and how many times faster than each of PyTorch's ways it is meant to be.
 *
 * @param goals PyTorch's time by ours that is wanted, by PyTorch's way: {@code eager}, {@code compile}, {@code graph}
 * @param copyShare what share of the bandwidth of a copy is wanted; 0 for none
 * @param footprint whether the memory of both is measured, in processes that have done nothing before
 */
record Race(Workload work, String precision, SequencedMap<String, Double> goals, double copyShare,
    boolean footprint) {
  static final String EAGER = "eager";
  static final String GRAPH = "graph";
  static final String COMPILE = "compile";

  String name() {
    return work.name() + ", " + precision;
  }

  private static Race of(Workload work, String precision, double eager) {
    var goals = new LinkedHashMap<String, Double>();
    goals.put(EAGER, eager);
    return new Race(work, precision, goals, 0, false);
  }

  private Race and(String way, double goal) {
    var more = new LinkedHashMap<>(goals);
    more.put(way, goal);
    return new Race(work, precision, more, copyShare, footprint);
  }

  private Race withFootprint() {
    return new Race(work, precision, goals, copyShare, true);
  }

  /** All of them, what matters most first. */
  static List<Race> all(boolean small) {
    var all = new ArrayList<Race>();
    var digits = GpuWorkloads.digits(small);
    all.add(of(digits.getFirst(), "float32", 15).and(GRAPH, 3));
    all.add(of(digits.getLast(), "float32", 5).and(GRAPH, 1.3));
    for (var product : GpuWorkloads.products(small)) {
      for (var precision : List.of("float32", "tf32", "bfloat16")) all.add(of(product, precision, 0.98));
    }
    for (var work : GpuWorkloads.memory(small)) {
      var none = new LinkedHashMap<String, Double>();
      none.put(EAGER, 0.0);
      all.add(new Race(work, "float32", none, 0.9, false));
    }
    var networks = GpuWorkloads.networks(small);
    all.add(of(networks.get(0), "bfloat16", 1));
    all.add(of(networks.get(1), "float32", 1));
    all.add(of(networks.get(2), "bfloat16", 1).and(COMPILE, 0.9).withFootprint());
    return all;
  }
}
