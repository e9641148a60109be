package io.jacquard.cuda;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers for JCuda's objects, which only JCuda can make. 0 is none. */
final class Handles<T> {
  private final List<@Nullable T> objects = new ArrayList<>();

  long add(T object) {
    for (int i = 0; i < objects.size(); i++) {
      if (objects.get(i) == null) {
        objects.set(i, object);
        return i + 1;
      }
    }
    objects.add(object);
    return objects.size();
  }

  T get(long handle) {
    var object = objects.get((int) handle - 1);
    if (object == null) throw new IllegalStateException("handle " + handle + " was given back");
    return object;
  }

  T remove(long handle) {
    var object = get(handle);
    objects.set((int) handle - 1, null);
    return object;
  }
}
