namespace Stateless;

/// <summary>The loosely typed arguments of a trigger on their way to a strongly typed action.</summary>
internal static class Arguments
{
    /// <summary>A parameterised trigger may be fired without any argument: every parameter then has its type's default value.</summary>
    public static T Take<T>(object?[] arguments, int position)
    {
        if (arguments.Length == 0)
            return default!;
        Check(arguments, typeof(T), position);
        return (T)arguments[position]!;
    }

    public static void Check(object?[] arguments, Type[] expected)
    {
        if (arguments.Length > expected.Length)
            throw new ArgumentException($"{arguments.Length} arguments were given where the trigger takes {expected.Length}.");
        if (arguments.Length == 0)
            return;
        for (var position = 0; position < expected.Length; position++)
            Check(arguments, expected[position], position);
    }

    private static void Check(object?[] arguments, Type expected, int position)
    {
        if (position >= arguments.Length)
            throw new ArgumentException($"Argument {position} is missing; it is of type {expected}.");
        if (arguments[position] is { } given && !expected.IsInstanceOfType(given))
            throw new ArgumentException($"Argument {position} is of type {given.GetType()}; the trigger takes {expected}.");
    }
}
