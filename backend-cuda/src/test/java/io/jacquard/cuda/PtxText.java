package io.jacquard.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * PTX that nvcc has made of many kernels at once, each in a namespace of its own, taken apart into one module a kernel: a
 * driver translates a module as a whole.
 */
final class PtxText {
  private static final Pattern ENTRY = Pattern.compile("\\.entry (_ZN(\\d+)(\\w+))\\(");
  /** The first that all drivers know that Jacquard supports, those of CUDA 12.0; the code needs no later one. */
  private static final String VERSION = ".version 8.0";

  private PtxText() {}

  /** Modules by their namespaces; in each the kernel has the name that {@code names} gives it. */
  static Map<String, String> modules(String ptx, Map<String, String> names) {
    var header = new StringBuilder();
    var shared = new ArrayList<String>();
    var entries = new ArrayList<String>();
    for (var item : items(ptx)) {
      if (ENTRY.matcher(item).find())
        entries.add(item);
      else
        if (item.startsWith(".version"))
          header.append(VERSION).append('\n');
        else
          if (item.startsWith(".target") || item.startsWith(".address_size"))
            header.append(item);
          else
            shared.add(item);
    }
    var modules = new LinkedHashMap<String, String>();
    for (var entry : entries) {
      var found = ENTRY.matcher(entry);
      if (!found.find()) throw new IllegalStateException(entry);
      var namespace = found.group(3).substring(0, Integer.parseInt(found.group(2)));
      var text = new StringBuilder(header);
      for (var item : shared) {
        if (entry.contains(name(item))) text.append(item);
      }
      text.append(entry.replace(found.group(1), names.get(namespace)));
      modules.put(namespace, text.toString());
    }
    return modules;
  }

  /** What a module declares beside kernels: {@code .global .align 4 .b8 __cudart_i2opi_f[24] = ...}. */
  private static String name(String item) {
    var found = Pattern.compile("([\\w$]+)\\[").matcher(item);
    if (!found.find()) throw new IllegalStateException("what is this: " + item);
    return found.group(1);
  }

  /** A module's lines, those of an entry together, without comments. */
  private static List<String> items(String ptx) {
    var items = new ArrayList<String>();
    var item = new StringBuilder();
    boolean inside = false;
    for (var line : ptx.lines().toList()) {
      if (line.isBlank() || line.strip().startsWith("//")) continue;
      item.append(line).append('\n');
      if (line.contains(".entry")) inside = true;
      if (inside ? line.equals("}") : line.endsWith(";") || line.startsWith(".version")
          || line.startsWith(".target") || line.startsWith(".address_size")) {
        items.add(item.toString());
        item.setLength(0);
        inside = false;
      }
    }
    return items;
  }
}
