using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Broker;

/// <summary>The accounts of a data directory, in <c>accounts.json</c>. It is read while a lab runs and changed whether or not one does.</summary>
internal sealed class AccountFile(string directory)
{
    private const int MostAccounts = 1024;
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    public string Path { get; } = System.IO.Path.Combine(directory, "accounts.json");

    /// <summary>Changes whenever the file does; null where there is none.</summary>
    public (DateTime Written, long Length)? Stamp => new FileInfo(Path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : null;

    /// <exception cref="LabException">The file is damaged or cannot be read.</exception>
    public ImmutableSortedDictionary<string, StoredAccount> Read()
    {
        try
        {
            if (!File.Exists(Path)) return Sorted([]);
            var accounts = JsonSerializer.Deserialize<List<StoredAccount>>(File.ReadAllText(Path), Form) ?? [];
            foreach (var account in accounts)
            {
                BrokerRole.Parse(account.Role);
                if (!Topics.IsName(account.Name) || Convert.FromHexString(account.Salt).Length != 16 || Convert.FromHexString(account.Digest).Length != 32)
                    throw new FormatException($"account '{account.Name}' is not as 'lab account add' writes it");
            }

            return Sorted(accounts);
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new LabException(LabFault.Storage, $"the accounts in '{Path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Adds an account and writes its password to a new file that only its owner can read.</summary>
    /// <exception cref="LabException">There is an account of that name, there are too many, or a file cannot be written.</exception>
    public void Add(string name, BrokerRole role, string passwordFile) => Change(accounts =>
    {
        if (accounts.ContainsKey(name)) throw new LabException(LabFault.Configuration, $"there is an account '{name}' already; 'lab account remove {name}' takes it away");
        if (accounts.Count >= MostAccounts) throw new LabException(LabFault.Configuration, $"there are {MostAccounts} accounts already, as many as there can be");
        var (account, password) = StoredAccount.New(name, role);
        SecretFile.WriteNew(passwordFile, password);
        return accounts.Add(name, account);
    });

    /// <exception cref="LabException">There is no account of that name, or the file cannot be written.</exception>
    public void Remove(string name) => Change(accounts => accounts.ContainsKey(name)
        ? accounts.Remove(name)
        : throw new LabException(LabFault.NotFound, $"there is no account '{name}'; 'lab account list' tells what there is"));

    private void Change(Func<ImmutableSortedDictionary<string, StoredAccount>, ImmutableSortedDictionary<string, StoredAccount>> change)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var hold = Hold();
            var fresh = Path + ".new";
            File.Delete(fresh);
            var text = JsonSerializer.Serialize(change(Read()).Values, Form);
            SecretFile.WriteNew(fresh, text);
            File.Move(fresh, Path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabException(LabFault.Storage, $"the account was not changed: {error.Message}", error);
        }
    }

    /// <summary>One change at a time; the hold ends with the process.</summary>
    private FileStream Hold()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(directory, "accounts.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException))
        {
            throw new LabException(LabFault.InUse, $"another program changes the accounts in '{directory}' at this moment; try again", error);
        }
    }

    private static ImmutableSortedDictionary<string, StoredAccount> Sorted(IEnumerable<StoredAccount> accounts) =>
        accounts.ToImmutableSortedDictionary(account => account.Name, account => account, StringComparer.Ordinal);
}
