using System.Text;

namespace Akka.Actor;

/// <summary>The place of an actor in the tree, as akka://system/user/parent/child. Equality ignores the uid.</summary>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly string _system;
    private string _text;

    private ActorPath(string system, ActorPath parent, string name, long uid)
    {
        _system = system;
        Parent = parent ?? this;
        Name = name;
        Uid = uid;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    public string Name { get; }

    /// <summary>The root is its own parent.</summary>
    public ActorPath Parent { get; }

    /// <summary>Tells incarnations under one path apart; 0 where it is undefined.</summary>
    public long Uid { get; }

    /// <summary>The number of names below the root.</summary>
    public int Depth { get; }

    public IReadOnlyList<string> Elements
    {
        get
        {
            var names = new string[Depth];
            var path = this;
            for (var i = Depth - 1; i >= 0; i--, path = path.Parent)
                names[i] = path.Name;
            return names;
        }
    }

    internal static ActorPath Root(string system) => new(system, null, "/", 0);

    internal ActorPath WithChild(string name, long uid) => new(_system, this, name, uid);

    public ActorPath Child(string childName) => this / childName;

    public static ActorPath operator /(ActorPath path, string name) => path.WithChild(name, 0);

    public static bool IsValidPathElement(string s) => !string.IsNullOrEmpty(s) && s[0] != '$' && s.All(IsValid);

    public string ToStringWithoutAddress() => Depth == 0 ? "/" : AppendNames(new StringBuilder(), this).ToString();

    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{this}#{Uid}";

    public override string ToString() =>
        _text ??= Depth == 0 ? $"akka://{_system}/" : AppendNames(new StringBuilder("akka://").Append(_system), this).ToString();

    public bool Equals(ActorPath other)
    {
        if (other is null || Depth != other.Depth || _system != other._system)
            return false;
        for (ActorPath a = this, b = other; a.Depth > 0; a = a.Parent, b = b.Parent)
        {
            if (ReferenceEquals(a, b))
                return true;
            if (a.Name != b.Name)
                return false;
        }
        return true;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Depth, Name, Parent.Name);

    public int CompareTo(ActorPath other) => other is null ? 1 : string.CompareOrdinal(ToString(), other.ToString());

    public static bool operator ==(ActorPath left, ActorPath right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    private static StringBuilder AppendNames(StringBuilder text, ActorPath path) =>
        path.Depth == 0 ? text : AppendNames(text, path.Parent).Append('/').Append(path.Name);

    private static bool IsValid(char c) => char.IsAsciiLetterOrDigit(c) || c == '%' || ValidSymbols.Contains(c);
}
