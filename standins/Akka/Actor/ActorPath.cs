using System.Text;

namespace Akka.Actor;

/// <summary>The place of an actor in the tree, as akka://system/user/parent/child. Equality ignores the uid.</summary>
public abstract class ActorPath : IEquatable<ActorPath>
{
    internal const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private string _text;

    private protected ActorPath(ActorPath parent, string name, long uid)
    {
        Parent = parent;
        Name = name;
        Uid = uid;
    }

    public string Name { get; }

    /// <summary>Null for the root.</summary>
    public ActorPath Parent { get; }

    /// <summary>Tells incarnations under one path apart; 0 where it is undefined.</summary>
    public long Uid { get; }

    private bool IsRoot => Parent is null;

    internal static ActorPath Root(string system) => new LocalActorPath(null, "", 0) { _text = $"akka://{system}/" };

    internal static bool IsValidName(string name) => name[0] != '$' && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '%' || ValidSymbols.Contains(c));

    internal ActorPath WithChild(string name, long uid) => new LocalActorPath(this, name, uid);

    public override string ToString() => _text ??= AppendNames(new StringBuilder(), this).ToString();

    public bool Equals(ActorPath other)
    {
        if (other is null)
            return false;
        for (ActorPath a = this, b = other; !ReferenceEquals(a, b); a = a.Parent, b = b.Parent)
        {
            if (a.IsRoot || b.IsRoot)
                return a._text == b._text && a.IsRoot && b.IsRoot;
            if (a.Name != b.Name)
                return false;
        }
        return true;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, Parent?.Name);

    public static bool operator ==(ActorPath left, ActorPath right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    private static StringBuilder AppendNames(StringBuilder text, ActorPath path) => path.IsRoot
        ? text.Append(path._text, 0, path._text.Length - 1)
        : AppendNames(text, path.Parent).Append('/').Append(path.Name);

    private sealed class LocalActorPath(ActorPath parent, string name, long uid) : ActorPath(parent, name, uid);
}
