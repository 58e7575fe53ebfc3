using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace LabAutomation.Tests.House.Surfaces;

/// <summary>
/// What a caller can compile against, one line for each type and member, inherited members with the type they are called on. Parameter names,
/// default values, values of constants and compiler-visible marks are part of it; nullable annotations and sealing are not.
/// </summary>
internal static class Surface
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    public static SortedSet<string> Of(IEnumerable<Type> types) => new(types.Where(IsSeen).SelectMany(Lines), StringComparer.Ordinal);

    private static IEnumerable<string> Lines(Type type)
    {
        var name = Spelling.Of(type);
        yield return $"{Kind(type)} {name}{Spelling.Constraints(type.GetGenericArguments())}{Marks(type)}";
        if (type.IsEnum)
        {
            foreach (var value in type.GetFields(BindingFlags.Public | BindingFlags.Static)) yield return $"{name}.{value.Name} = {Convert.ToInt64(value.GetRawConstantValue())}";
            yield break;
        }

        foreach (var above in Above(type).Concat(type.GetInterfaces()).Where(IsSeen)) yield return $"{name} : {Spelling.Of(above)}";
        foreach (var member in type.GetMembers(All).Concat(type.IsInterface ? type.GetInterfaces().SelectMany(i => i.GetMembers()) : []))
        {
            if (IsForeign(member.DeclaringType!)) continue;
            if (Line(member) is { } line) yield return $"{name}.{line}{Marks(member)}";
        }
    }

    private static IEnumerable<Type> Above(Type type)
    {
        if (type.IsValueType || typeof(Delegate).IsAssignableFrom(type)) yield break;
        for (var above = type.BaseType; above is not null && above != typeof(object); above = above.BaseType) yield return above;
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsSeen(made) && !made.IsStatic => $"new({Spelling.Of(made.GetParameters())})",
        MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{method.Name}{Spelling.Generics(method)}({Spelling.Of(method.GetParameters())}) : {Spelling.Of(method.ReturnType)}{How(method)}{Spelling.Constraints(method.GetGenericArguments())}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
            $"{property.Name}{Indexes(property)} : {Spelling.Of(property.PropertyType)} {{ {accessors} }}{How(property.GetAccessors(true).First(IsSeen))}",
        EventInfo happening when IsSeen(happening.AddMethod!) => $"event {happening.Name} : {Spelling.Of(happening.EventHandlerType!)}",
        FieldInfo { IsLiteral: true } constant when IsSeen(constant) => $"const {constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo field when IsSeen(field) => $"{field.Name} : {Spelling.Of(field.FieldType)}{(field.IsStatic ? " static" : "")}",
        _ => null,
    };

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        _ => typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class",
    };

    private static string Indexes(PropertyInfo property) => property.GetIndexParameters() is { Length: > 0 } indexes ? $"[{Spelling.Of(indexes)}]" : "";

    private static string Accessors(PropertyInfo property) => string.Join(' ', new[]
    {
        property.GetMethod is { } get && IsSeen(get) ? $"{Reach(get)}get;" : "",
        property.SetMethod is { } set && IsSeen(set) ? $"{Reach(set)}{(set.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init" : "set")};" : "",
    }.Where(accessor => accessor.Length > 0));

    private static string Reach(MethodInfo method) => method.IsPublic ? "" : "protected ";

    private static string How(MethodInfo method) =>
        (method.IsPublic ? "" : " protected") + (method.IsStatic ? " static" : "")
        + (method is { IsVirtual: true, IsFinal: false, DeclaringType: { IsInterface: false, IsSealed: false } } && !method.ReflectedType!.IsSealed ? " virtual" : "");

    private static string Marks(MemberInfo member) =>
        (member.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), false) ? " required" : "")
        + (member.GetCustomAttribute<ObsoleteAttribute>(false) is null ? "" : " [Obsolete]")
        + (member.GetCustomAttribute<ExperimentalAttribute>(false) is { } experimental ? $" [Experimental({experimental.DiagnosticId})]" : "");

    private static bool IsSeen(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsSeen(FieldInfo field) => field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed);

    private static bool IsSeen(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsSeen(type.DeclaringType!) : type.IsPublic;

    /// <summary>Members that the runtime gives to everything say nothing about a package.</summary>
    private static bool IsForeign(Type type) => type.Namespace is "System" or "System.Collections.Generic" || (type.Namespace?.StartsWith("System.", StringComparison.Ordinal) ?? false);
}
