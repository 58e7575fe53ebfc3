using System.Security.Cryptography;
using System.Text;

namespace LabAutomation.Hosting.Broker;

/// <summary>An account that outlives the program. The password itself is nowhere: it has 256 random bits, so that a salted SHA-256 of it cannot be searched.</summary>
/// <param name="Salt">16 bytes, in hexadecimal.</param>
/// <param name="Digest">SHA-256 of salt and password, in hexadecimal.</param>
internal sealed record StoredAccount(string Name, string Role, string Salt, string Digest)
{
    public static (StoredAccount Account, string Password) New(string name, BrokerRole role)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return (new StoredAccount(name, role.ToString(), salt, Convert.ToHexStringLower(Of(salt, password))), password);
    }

    public bool Takes(string password) => CryptographicOperations.FixedTimeEquals(Of(Salt, password), Convert.FromHexString(Digest));

    private static byte[] Of(string salt, string password) => SHA256.HashData([.. Convert.FromHexString(salt), .. Encoding.UTF8.GetBytes(password)]);
}
