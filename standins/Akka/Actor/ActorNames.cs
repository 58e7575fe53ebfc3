namespace Akka.Actor;

/// <summary>Names of children that were given none: $a, $b, … $~, $ab, …</summary>
internal static class ActorNames
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    public static string Generated(long number)
    {
        Span<char> text = stackalloc char[12];
        text[0] = '$';
        var length = 1;
        do
        {
            text[length++] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number != 0);
        return new string(text[..length]);
    }

    public static string Checked(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidName(name))
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. It must not start with $, and may hold ASCII letters, digits and {ActorPath.ValidSymbols}");
        return name;
    }
}
