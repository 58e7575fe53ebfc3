using Akka.Configuration;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>What a lab stands on: its clocks, its broker, and who gives agents their turns.</summary>
internal abstract class LabGround
{
    /// <summary>By which people and programs wait for an answer.</summary>
    public abstract TimeProvider Patience { get; }

    /// <summary>Akka's name of the dispatcher of all agents; its default where null.</summary>
    public abstract string? Dispatcher { get; }

    /// <summary>Akka's configuration of the agents' system.</summary>
    public virtual Config Agents => ActorLog.Alone;

    /// <summary>Whether what is on record must outlive the computer's power.</summary>
    public abstract bool IsDurable { get; }

    /// <summary>By which SQLite reaches a simulated disk; null where there is none.</summary>
    public virtual string? Disk => null;

    /// <summary>Whether nobody else reads the record while it is written, nor needs it where the program does not come to its end: then it needs neither a log nor locks.</summary>
    public bool IsAlone => !IsDurable && Disk is null;

    /// <summary>Waits for what other threads do; in virtual time none passes meanwhile.</summary>
    public abstract Task Outside(Func<Task> work);

    /// <summary>Lab time.</summary>
    public abstract TimeProvider Clock(DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments);

    /// <summary>Told of the parts that were opened, before anything happens in them; where faults are made, they are made there.</summary>
    public virtual void Has(Ledger ledger)
    {
    }

    /// <inheritdoc cref="Has(Ledger)"/>
    public virtual void Has(Journal journal)
    {
    }

    /// <inheritdoc cref="Has(Ledger)"/>
    public virtual void Has(InstrumentRack rack)
    {
    }

    /// <summary>The lab's broker, not yet started.</summary>
    public abstract ISwitchboard Switchboard(string site, BrokerOptions broker, ILoggerFactory logging, AccountFile accounts);
}
