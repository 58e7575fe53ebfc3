using Stateless.Reflection;

namespace Stateless;

/// <summary>One condition on a transition.</summary>
internal sealed record Guard(Func<object?[], bool> IsMet, InvocationInfo Description)
{
    public static Guard[] None { get; } = [];

    public static Guard[] From(Func<bool> condition, string? description)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return [new Guard(_ => condition(), InvocationInfo.Of(condition, description))];
    }

    public static Guard[] From(Tuple<Func<bool>, string>[] conditions) =>
        [.. conditions.Select(c => new Guard(_ => c.Item1(), InvocationInfo.Of(c.Item1, c.Item2)))];

    /// <summary>A condition on arguments is described by the caller or not at all: the name of its method is not shown.</summary>
    public static Guard[] FromArguments(Func<object?[], bool> condition, string? description)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return [new Guard(condition, InvocationInfo.Of(condition, description))];
    }

    public static Guard[] From<TArg0>(Func<TArg0, bool> condition, string? description) =>
        FromArguments(a => condition(Arguments.Take<TArg0>(a, 0)), description);

    public static Guard[] From<TArg0, TArg1>(Func<TArg0, TArg1, bool> condition, string? description) =>
        FromArguments(a => condition(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1)), description);

    public static Guard[] From<TArg0, TArg1, TArg2>(Func<TArg0, TArg1, TArg2, bool> condition, string? description) =>
        FromArguments(a => condition(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2)), description);
}
